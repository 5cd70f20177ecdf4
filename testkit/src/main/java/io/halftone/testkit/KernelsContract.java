package io.halftone.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.halftone.core.kernel.DoubleView;
import io.halftone.core.kernel.Kernels;
import io.halftone.core.tensor.MatrixView;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every {@link Kernels} must do: give the bits of the plain chains of fused multiply-adds
 * written out here, for awkward lengths, offsets and values, and write nothing else.
 *
 * <p>Extend it and return the kernels under test.
 */
public abstract class KernelsContract {
  private static final long SEED = 20260101L;

  /** Where right panels begin in their arrays. */
  private static final int AT = 3;

  /** For subclasses. */
  protected KernelsContract() {}

  /** The kernels under test. */
  protected abstract Kernels kernels();

  static Stream<Arguments> vectors() {
    return IntStream.concat(
            IntStream.rangeClosed(0, 67), IntStream.of(127, 128, 129, 130, 4096, 4098))
        .boxed()
        .flatMap(length -> Stream.of(Values.values()).map(values -> Arguments.of(length, values)));
  }

  static Stream<Arguments> panels() {
    Stream<Arguments> small =
        IntStream.rangeClosed(0, 67)
            .boxed()
            .flatMap(
                n ->
                    Stream.of(
                        Arguments.of(n, 19, 33), Arguments.of(7, n, 21), Arguments.of(5, 12, n)));
    Stream<Arguments> edges =
        Stream.of(31, 32, 33, 47, 48, 49, 63, 64, 65, 95, 96, 97, 127, 128, 129, 255, 256, 512)
            .flatMap(
                n ->
                    Stream.of(
                        Arguments.of(n, 9, 17), Arguments.of(9, n, 17), Arguments.of(6, 9, n)));
    return Stream.concat(small, edges);
  }

  /** The dot product folds 16 lanes. */
  @ParameterizedTest
  @MethodSource("vectors")
  void dotGivesTheBitsOfSixteenLanes(int length, Values values) {
    for (int offset = 0; offset < 3; offset++) {
      Random random = new Random(SEED + length);
      float[] x = values.floats(random, length + offset);
      float[] y = values.floats(random, length + 2 * offset);
      float expected = dot(x, offset, y, 2 * offset, length);
      float actual = kernels().dot(x, offset, y, 2 * offset, length);
      assertEquals(Float.floatToIntBits(expected), Float.floatToIntBits(actual));
    }
  }

  /** The range of values knows both zeros apart. */
  @ParameterizedTest
  @MethodSource("vectors")
  void rangeGivesTheSmallestAndTheLargest(int length, Values values) {
    for (int offset = 0; offset < 3 && length > 0; offset++) {
      float[] x = values.floats(new Random(SEED + length), length + offset);
      float[] sorted = Arrays.copyOfRange(x, offset, offset + length);
      Arrays.sort(sorted);
      float[] min = {7, 7, 7};
      float[] max = {7, 7, 7};
      kernels().range(x, offset, length, min, max, 1);
      assertArrayEquals(bits(new float[] {7, sorted[0], 7}), bits(min));
      assertArrayEquals(bits(new float[] {7, sorted[length - 1], 7}), bits(max));
    }
  }

  /** Float axpy is one fused multiply-add per element and touches nothing outside its range. */
  @ParameterizedTest
  @MethodSource("vectors")
  void axpyGivesTheBitsOfOneFma(int length, Values values) {
    for (int offset = 0; offset < 3; offset++) {
      Random random = new Random(SEED + length);
      float[] x = values.floats(random, length + 2 * offset + 1);
      float[] y = values.floats(random, length + offset + 3);
      float alpha = values.floats(random, 1)[0];
      float[] expected = y.clone();
      for (int i = 0; i < length; i++) {
        expected[offset + i] = Math.fma(alpha, x[2 * offset + i], expected[offset + i]);
      }
      kernels().axpy(alpha, x, 2 * offset, y, offset, length);
      assertArrayEquals(bits(expected), bits(y));
    }
  }

  /** Rows are added one after another, each as by axpy. */
  @ParameterizedTest
  @MethodSource("vectors")
  void addRowsGivesTheBitsOfOneChain(int length, Values values) {
    for (int rows = 0; rows < 6; rows++) {
      Random random = new Random(SEED + length);
      int stride = length + rows % 2;
      float[] a = values.floats(random, rows + 1);
      float[] x = values.floats(random, 3 + rows * stride);
      float[] y = values.floats(random, length + 4);
      float[] expected = y.clone();
      for (int k = 0; k < rows; k++) {
        for (int i = 0; i < length; i++) {
          expected[2 + i] = Math.fma(a[1 + k], x[3 + k * stride + i], expected[2 + i]);
        }
      }
      kernels().addRows(a, 1, new MatrixView(x, 3, stride, rows, length), y, 2);
      assertArrayEquals(bits(expected), bits(y));
    }
  }

  /** Double axpy likewise. */
  @ParameterizedTest
  @MethodSource("vectors")
  void doubleAxpyGivesTheBitsOfOneFma(int length, Values values) {
    for (int offset = 0; offset < 3; offset++) {
      Random random = new Random(SEED + length);
      double[] x = values.doubles(random, length + 2 * offset + 1);
      double[] y = values.doubles(random, length + offset + 3);
      double alpha = values.doubles(random, 1)[0];
      double[] expected = y.clone();
      for (int i = 0; i < length; i++) {
        expected[offset + i] = Math.fma(alpha, x[2 * offset + i], expected[offset + i]);
      }
      kernels().axpy(alpha, x, 2 * offset, y, offset, length);
      assertArrayEquals(bits(expected), bits(y));
    }
  }

  /** Floats are added to doubles exactly widened. */
  @ParameterizedTest
  @MethodSource("vectors")
  void addGivesTheBitsOfOneAdditionInDouble(int length, Values values) {
    for (int offset = 0; offset < 3; offset++) {
      Random random = new Random(SEED + length);
      float[] x = values.floats(random, length + 2 * offset + 1);
      double[] y = values.doubles(random, length + offset + 3);
      double[] expected = y.clone();
      for (int i = 0; i < length; i++) {
        expected[offset + i] += x[2 * offset + i];
      }
      kernels().add(x, 2 * offset, y, offset, length);
      assertArrayEquals(bits(expected), bits(y));
    }
  }

  /** A panel product is one chain per element over ascending k, continued from C. */
  @ParameterizedTest
  @MethodSource("panels")
  void panelProductGivesTheBitsOfOneChain(int rows, int depth, int cols) {
    for (Values values : Values.values()) {
      Random random = new Random(SEED + rows * 31L + depth * 37L + cols);
      MatrixView a = view(random, values, rows, depth, 1, 3);
      MatrixView b = view(random, values, depth, cols, 2, 1);
      MatrixView c = view(random, values, rows, cols, 3, 2);
      float[] expected = c.data().clone();
      Chains.multiplyAdd(a, b, with(c, expected));
      float[] left = new float[kernels().leftLength(rows, depth)];
      float[] right = new float[AT + kernels().rightLength(depth, cols)];
      kernels().packLeft(a, left);
      kernels().packRight(b, right, AT);
      kernels().multiplyPanels(left, right, AT, depth, c);
      assertArrayEquals(bits(expected), bits(c.data()));
    }
  }

  /** A panel packed from the transpose is the same panel, whatever the buffer held before. */
  @ParameterizedTest
  @MethodSource("panels")
  void transposedPackingGivesTheSameProduct(int rows, int depth, int cols) {
    Random random = new Random(SEED + rows * 31L + depth * 37L + cols);
    MatrixView a = view(random, Values.NORMAL, depth, rows, 1, 3);
    MatrixView b = view(random, Values.NORMAL, cols, depth, 2, 1);
    MatrixView c = view(random, Values.NORMAL, rows, cols, 3, 2);
    float[] expected = c.data().clone();
    Chains.multiplyAdd(Chains.transposed(a), Chains.transposed(b), with(c, expected));
    float[] left = new float[kernels().leftLength(rows, depth) + 3];
    float[] right = new float[AT + kernels().rightLength(depth, cols) + 5];
    Arrays.fill(left, Float.NaN);
    Arrays.fill(right, Float.NaN);
    kernels().packLeftTransposed(a, left);
    kernels().packRightTransposed(b, right, AT);
    kernels().multiplyPanels(left, right, AT, depth, c);
    assertArrayEquals(bits(expected), bits(c.data()));
  }

  /** A part of a right panel gives the same columns as the whole. */
  @ParameterizedTest
  @ValueSource(ints = {0, 32, 64, 96})
  void productByPartOfAPanelGivesItsColumns(int first) {
    Random random = new Random(SEED + first);
    MatrixView a = view(random, Values.NORMAL, 23, 19, 1, 3);
    MatrixView b = view(random, Values.NORMAL, 19, 101, 2, 1);
    float[] left = new float[kernels().leftLength(23, 19)];
    float[] right = new float[AT + kernels().rightLength(19, 101)];
    kernels().packLeft(a, left);
    kernels().packRight(b, right, AT);
    for (int cols : new int[] {0, 1, 5, 101 - first}) {
      MatrixView c = view(random, Values.NORMAL, 23, cols, 3, 2);
      MatrixView part = new MatrixView(b.data(), b.offset() + first, b.stride(), 19, cols);
      float[] expected = c.data().clone();
      Chains.multiplyAdd(a, part, with(c, expected));
      kernels().multiplyPanels(left, right, AT, 101, first, 19, c);
      assertArrayEquals(bits(expected), bits(c.data()));
    }
  }

  /** Columns of a right panel become the left panel that packing them would have given. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 19, 256})
  void leftPanelOfARightOneIsThatOfItsColumns(int depth) {
    Random random = new Random(SEED + depth);
    MatrixView b = view(random, Values.NORMAL, depth, 101, 2, 1);
    float[] right = new float[AT + kernels().rightLength(depth, 101)];
    kernels().packRight(b, right, AT);
    for (int first : new int[] {0, 14, 28, 32, 61, 100}) {
      for (int rows : new int[] {1, 6, 12, 14, 40}) {
        int count = Math.min(rows, 101 - first);
        float[] expected = new float[kernels().leftLength(count, depth)];
        float[] left = new float[expected.length];
        Arrays.fill(left, Float.NaN);
        int offset = b.offset() + first;
        kernels()
            .packLeftTransposed(
                new MatrixView(b.data(), offset, b.stride(), depth, count), expected);
        kernels().packLeft(right, AT, 101, first, count, depth, left);
        assertArrayEquals(bits(expected), bits(left));
      }
    }
  }

  /** The product of panels in double is one chain per element over ascending k. */
  @ParameterizedTest
  @MethodSource("panels")
  void doublePanelProductGivesTheBitsOfOneChain(int rows, int depth, int cols) {
    for (Values values : Values.values()) {
      Random random = new Random(SEED + rows * 31L + depth * 37L + cols);
      DoubleView a = doubles(random, values, rows, depth, 1, 3);
      DoubleView b = doubles(random, values, depth, cols, 2, 1);
      DoubleView c = doubles(random, values, rows, cols, 3, 2);
      double[] expected = c.data().clone();
      Chains.multiplyAdd(a, b, with(c, expected));
      double[] left = new double[kernels().leftLength(rows, depth)];
      double[] right = new double[AT + kernels().rightLength(depth, cols)];
      kernels().packLeft(a, left);
      kernels().packRight(b, right, AT);
      kernels().multiplyPanels(left, right, AT, depth, c);
      assertArrayEquals(bits(expected), bits(c.data()));
    }
  }

  /** Panels of doubles packed from transposes are the same panels. */
  @ParameterizedTest
  @MethodSource("panels")
  void transposedPackingInDoubleGivesTheSameProduct(int rows, int depth, int cols) {
    Random random = new Random(SEED + rows * 31L + depth * 37L + cols);
    DoubleView a = doubles(random, Values.NORMAL, depth, rows, 1, 3);
    DoubleView b = doubles(random, Values.NORMAL, cols, depth, 2, 1);
    DoubleView c = doubles(random, Values.NORMAL, rows, cols, 3, 2);
    double[] expected = c.data().clone();
    Chains.multiplyAdd(Chains.transposed(a), Chains.transposed(b), with(c, expected));
    double[] left = new double[kernels().leftLength(rows, depth) + 3];
    double[] right = new double[AT + kernels().rightLength(depth, cols) + 5];
    Arrays.fill(left, Double.NaN);
    Arrays.fill(right, Double.NaN);
    kernels().packLeftTransposed(a, left);
    kernels().packRightTransposed(b, right, AT);
    kernels().multiplyPanels(left, right, AT, depth, c);
    assertArrayEquals(bits(expected), bits(c.data()));
  }

  /** The product in double is one chain per element over ascending k, continued from C. */
  @ParameterizedTest
  @MethodSource("panels")
  void doubleProductGivesTheBitsOfOneChain(int rows, int depth, int cols) {
    for (Values values : Values.values()) {
      Random random = new Random(SEED + rows * 31L + depth * 37L + cols);
      DoubleView a = doubles(random, values, rows, depth, 1, 3);
      DoubleView b = doubles(random, values, depth, cols, 2, 1);
      DoubleView c = doubles(random, values, rows, cols, 3, 2);
      double[] expected = c.data().clone();
      Chains.multiplyAdd(a, b, with(c, expected));
      kernels().multiplyAdd(a, b, c);
      assertArrayEquals(bits(expected), bits(c.data()));
    }
  }

  private static float dot(float[] x, int xOffset, float[] y, int yOffset, int length) {
    float[] lanes = new float[16];
    for (int i = 0; i < length; i++) {
      lanes[i % 16] = Math.fma(x[xOffset + i], y[yOffset + i], lanes[i % 16]);
    }
    for (int half = 8; half > 0; half /= 2) {
      for (int l = 0; l < half; l++) {
        lanes[l] += lanes[l + half];
      }
    }
    return lanes[0];
  }

  private static MatrixView view(
      Random random, Values values, int rows, int cols, int offset, int gap) {
    float[] data = values.floats(random, offset + rows * (cols + gap) + 1);
    return new MatrixView(data, offset, cols + gap, rows, cols);
  }

  private static DoubleView doubles(
      Random random, Values values, int rows, int cols, int offset, int gap) {
    double[] data = values.doubles(random, offset + rows * (cols + gap) + 1);
    return new DoubleView(data, offset, cols + gap, rows, cols);
  }

  private static DoubleView with(DoubleView view, double[] data) {
    return new DoubleView(data, view.offset(), view.stride(), view.rows(), view.cols());
  }

  private static MatrixView with(MatrixView view, float[] data) {
    return new MatrixView(data, view.offset(), view.stride(), view.rows(), view.cols());
  }

  private static int[] bits(float[] values) {
    return IntStream.range(0, values.length).map(i -> Float.floatToIntBits(values[i])).toArray();
  }

  private static long[] bits(double[] values) {
    return Arrays.stream(values).mapToLong(Double::doubleToLongBits).toArray();
  }
}
