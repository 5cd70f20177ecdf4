package io.halftone.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.AffineSearch;
import io.halftone.core.kernel.CodeMoments;
import io.halftone.core.kernel.DescentChannel;
import io.halftone.core.kernel.DescentLanes;
import io.halftone.core.kernel.GridLanes;
import io.halftone.core.kernel.Kernels;
import io.halftone.core.kernel.ScalarKernels;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the kernels of cells must do in every {@link Kernels}: give the bits of the scalar ones.
 *
 * <p>Extend it and return the kernels under test.
 */
public abstract class CellKernelsContract {
  private static final long SEED = 20260101L;

  /** For subclasses. */
  protected CellKernelsContract() {}

  /** The kernels under test. */
  protected abstract Kernels kernels();

  private static int[] bits(float[] values) {
    return IntStream.range(0, values.length).map(i -> Float.floatToIntBits(values[i])).toArray();
  }

  /** Fits and measures of cells have the bits of the scalar kernels, lane by lane. */
  @ParameterizedTest
  @MethodSource("searches")
  void affineCellsHaveTheBitsOfTheScalarKernels(AffineSearch search, int size) {
    Kernels scalar = new ScalarKernels();
    int lanes = 48;
    for (Values values : Values.values()) {
      Random random = new Random(SEED + size);
      float[][] x = new float[size][];
      float[][] w = new float[size][];
      for (int l = 0; l < size; l++) {
        x[l] = values.floats(random, lanes);
        w[l] = new float[lanes];
        for (int lane = 0; lane < lanes; lane++) {
          w[l][lane] = random.nextFloat();
        }
      }
      float[][] expected = new float[2][lanes];
      float[][] actual = new float[2][lanes];
      scalar.fitAffine(search, x, w, lanes, expected[0], expected[1]);
      kernels().fitAffine(search, x, w, lanes, actual[0], actual[1]);
      assertArrayEquals(bits(expected[0]), bits(actual[0]));
      assertArrayEquals(bits(expected[1]), bits(actual[1]));
      CodeMoments wanted = new CodeMoments(lanes);
      CodeMoments found = new CodeMoments(lanes);
      scalar.measureAffine(search.top(), x, w, lanes, expected[0], expected[1], wanted);
      kernels().measureAffine(search.top(), x, w, lanes, expected[0], expected[1], found);
      assertArrayEquals(bits(wanted.q()), bits(found.q()));
      assertArrayEquals(bits(wanted.qq()), bits(found.qq()));
      assertArrayEquals(bits(wanted.qx()), bits(found.qx()));
      assertArrayEquals(bits(wanted.error()), bits(found.error()));
    }
  }

  static Stream<Arguments> searches() {
    return Stream.of(
        Arguments.of(new AffineSearch(15, -1, 20, AffineSearch.Norm.SQUARED), 32),
        Arguments.of(new AffineSearch(3, -0.5f, 15, AffineSearch.Norm.ABSOLUTE), 16),
        Arguments.of(new AffineSearch(31, -0.5f, 3, AffineSearch.Norm.SQUARED), 1));
  }

  /** Squared residuals have the bits of the scalar kernels, saturated codes and ties among them. */
  @Test
  void squaredResidualsHaveTheBitsOfTheScalarKernels() {
    Kernels scalar = new ScalarKernels();
    Random random = new Random(SEED);
    float[] x = new float[3 + 300];
    for (int i = 0; i < x.length; i++) {
      x[i] = i % 4 == 0 ? (random.nextInt(65) - 32) / 2f : (float) (9 * random.nextGaussian());
    }
    x[20] = -0f;
    x[21] = 1e30f;
    x[22] = -1e30f;
    for (int length : new int[] {0, 1, 3, 4, 7, 8, 15, 16, 17, 31, 32, 33, 63, 128, 300}) {
      for (float shift : new float[] {0, 7.3f}) {
        for (float scale : new float[] {1, 0.37f, 1e-3f}) {
          for (float unit : new float[] {1, 0x1p-60f}) {
            int expected = squaredResiduals(scalar, x, length, unit, scale, shift);
            int actual = squaredResiduals(kernels(), x, length, unit, scale, shift);
            assertEquals(expected, actual, () -> length + " values on scale " + scale);
          }
        }
      }
    }
  }

  private static int squaredResiduals(
      Kernels kernels, float[] x, int length, float unit, float scale, float shift) {
    return Float.floatToIntBits(
        kernels.squaredResiduals(x, 3, length, unit, scale * unit, shift, -3, 12));
  }

  /** Squared residuals are those of the nearest values on the grid. */
  @Test
  void squaredResidualsAreThoseOfTheNearestValues() {
    float[] x = {9, 0.4f, -0.6f, 2.5f, -90, 100};
    double[] codes = {9, 0, -1, 2, -3, 12};
    double sum = 0;
    for (int i = 1; i < x.length; i++) {
      sum += Math.pow(codes[i] - x[i], 2);
    }
    assertEquals(sum, kernels().squaredResiduals(x, 1, 5, 1, 1, 0, -3, 12), 1e-6 * sum);
    double shifted = Math.pow(1 - 0.3 - 0.4, 2) + Math.pow(-0.3 + 0.6, 2);
    assertEquals(shifted, kernels().squaredResiduals(x, 1, 2, 1, 1, 0.3f, 0, 15), 1e-6);
    assertEquals(4 * shifted, kernels().squaredResiduals(x, 1, 2, 2, 2, 0.3f, 0, 15), 1e-6);
  }

  /** Steps of descent have the bits of the scalar kernels, with saturated codes and idle scales. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 7, 8, 15, 16, 17, 33, 64, 65, 100, 128, 131})
  void descentHasTheBitsOfTheScalarKernels(int count) {
    for (float tolerance : new float[] {0, 1e-5f, 0.3f, 1e6f}) {
      Descent expected = new Descent(count, tolerance);
      Descent actual = new Descent(count, tolerance);
      int wanted = expected.run(new ScalarKernels());
      assertEquals(wanted, actual.run(kernels()));
      assertEquals(
          wanted, IntStream.range(0, count).filter(i -> expected.step[2 + i] != 0).count());
      assertArrayEquals(bits(expected.lanes.residual()), bits(actual.lanes.residual()));
      assertArrayEquals(bits(expected.lanes.code()), bits(actual.lanes.code()));
      assertArrayEquals(bits(expected.lanes.moved()), bits(actual.lanes.moved()));
      assertArrayEquals(bits(expected.step), bits(actual.step));
      assertArrayEquals(expected.lanes.doubts(), actual.lanes.doubts());
    }
  }

  /** One channel of some rows. */
  private static final class Descent {
    private static final int CHANNEL = 2;
    private final float tolerance;
    private final DescentLanes lanes;
    private final GridLanes grid;
    private final float[] product;
    private final float[] step;

    Descent(int count, float tolerance) {
      this.tolerance = tolerance;
      Random random = new Random(SEED + count);
      this.lanes =
          new DescentLanes(count, new float[4 * count], new float[4 * count], new float[4 * count]);
      this.grid = new GridLanes(0, 15, new float[count], new float[count]);
      this.product = new float[3 + count];
      this.step = new float[2 + count];
      for (int i = 0; i < count; i++) {
        grid.scale()[i] = i % 13 == 5 ? 0 : random.nextFloat();
        grid.zero()[i] = random.nextInt(16);
        int element = CHANNEL * count + i;
        lanes.code()[element] = random.nextInt(16);
        lanes.target()[element] = (float) random.nextGaussian();
        lanes.residual()[element] = lanes.target()[element] - grid.value(i, lanes.code()[element]);
        lanes.spread()[i] = 2;
        lanes.moved()[i] = random.nextFloat();
        product[3 + i] = (float) random.nextGaussian() * (i % 7 == 0 ? 1e6f : 1);
      }
      Arrays.fill(lanes.doubts(), -1);
    }

    int run(Kernels kernels) {
      DescentChannel channel = new DescentChannel(CHANNEL, 0.7f, tolerance);
      return kernels.descend(lanes, grid, channel, product, 3, step, 2);
    }
  }

  /** Descent takes the best code where that lowers the objective beyond doubt, and only there. */
  @Test
  void descentMovesToTheNearestCodeOrDoubts() {
    float[] target = {0, 0, 0, 0};
    float[] residual = {-3, -3, -3, -3};
    float[] code = {3, 3, 3, 3};
    DescentLanes lanes = new DescentLanes(4, target, code, residual);
    Arrays.fill(lanes.spread(), 1);
    GridLanes grid = new GridLanes(0, 15, new float[] {1, 1, 1, 1}, new float[4]);
    float[] product = {-2 * 1.7f, -2 * 0.4f, -2 * 0.51f, 1000};
    float[] step = new float[4];
    DescentChannel channel = new DescentChannel(0, 2, 0.1f);
    int moved = kernels().descend(lanes, grid, channel, product, 0, step, 0);
    assertEquals(2, moved);
    assertArrayEquals(new float[] {1, 3, 3, 15}, code);
    assertArrayEquals(new float[] {-1, -3, -3, -15}, residual);
    assertArrayEquals(new float[] {2, 0, 0, -12}, step);
    assertArrayEquals(new float[] {8, 0, 0, 288}, lanes.moved());
    assertArrayEquals(new long[] {0b0100}, lanes.doubts());
  }

  /** Extremes and nibbles of cells have the bits of the scalar kernels, opposite extremes too. */
  @Test
  void nibblesHaveTheBitsOfTheScalarKernels() {
    Kernels scalar = new ScalarKernels();
    int cells = 300;
    Random random = new Random(SEED);
    float[] x = new float[3 + cells * Kernels.NIBBLE_CELL];
    for (int i = 3; i < x.length; i++) {
      boolean coarse = (i - 3) / Kernels.NIBBLE_CELL % 2 == 0;
      x[i] = coarse ? (random.nextInt(33) - 16) / 2f : (float) random.nextGaussian();
    }
    Arrays.fill(x, 3, 3 + Kernels.NIBBLE_CELL, -0f);
    float[] expected = new float[cells];
    float[] actual = new float[cells];
    scalar.extremes(x, 3, cells, expected);
    kernels().extremes(x, 3, cells, actual);
    assertArrayEquals(bits(expected), bits(actual));
    float[] inverse = new float[cells];
    for (int cell = 0; cell < cells; cell++) {
      inverse[cell] = expected[cell] == 0 ? 0 : -8 / expected[cell];
    }
    byte[] wanted = new byte[cells * 18];
    byte[] found = new byte[cells * 18];
    scalar.nibbles(x, 3, cells, inverse, wanted, 2, 18);
    kernels().nibbles(x, 3, cells, inverse, found, 2, 18);
    assertArrayEquals(wanted, found);
  }

  /** What is not finite shows in the extreme of its cell. */
  @Test
  void extremesShowWhatIsNotFinite() {
    for (float bad : new float[] {Float.NaN, -Float.NaN, Float.POSITIVE_INFINITY, -1f / 0}) {
      float[] x = new float[2 * Kernels.NIBBLE_CELL];
      x[40] = bad;
      x[50] = -Float.MAX_VALUE;
      float[] extreme = new float[2];
      kernels().extremes(x, 0, 2, extreme);
      assertEquals(0, extreme[0]);
      assertTrue(!Float.isFinite(extreme[1]), () -> bad + " gives " + extreme[1]);
    }
  }
}
