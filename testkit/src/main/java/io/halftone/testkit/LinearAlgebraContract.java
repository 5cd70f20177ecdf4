package io.halftone.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.CanonicalAlgebra;
import io.halftone.core.kernel.Kernels;
import io.halftone.core.kernel.LinearAlgebra;
import io.halftone.core.kernel.NotPositiveDefiniteException;
import io.halftone.core.kernel.UnitUpperFactor;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;
import io.halftone.core.tensor.SquareMatrix;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@link CanonicalAlgebra} must do on top of any {@link Kernels}: products equal to plain
 * chains bit for bit, correct Gram matrices and factors, and the same bits for every pool.
 *
 * <p>Extend it and return the kernels under test.
 */
public abstract class LinearAlgebraContract {
  private static final long SEED = 20260102L;

  /** Tokens of one float chain of a Gram matrix. */
  private static final int CHUNK = 1024;

  /** For subclasses. */
  protected LinearAlgebraContract() {}

  /** The kernels under test. */
  protected abstract Kernels kernels();

  static Stream<Arguments> shapes() {
    Stream<Arguments> small =
        IntStream.rangeClosed(0, 17)
            .boxed()
            .flatMap(
                n ->
                    Stream.of(
                        Arguments.of(n, 17, 18), Arguments.of(16, n, 5), Arguments.of(3, 18, n)));
    Stream<Arguments> edges =
        Stream.of(
            Arguments.of(1, 300, 700),
            Arguments.of(63, 255, 255),
            Arguments.of(95, 256, 256),
            Arguments.of(96, 256, 256),
            Arguments.of(97, 257, 257),
            Arguments.of(65, 257, 257),
            Arguments.of(130, 513, 31),
            Arguments.of(57, 1025, 33),
            Arguments.of(200, 40, 600),
            Arguments.of(33, 600, 520),
            Arguments.of(60, 20, 1100),
            Arguments.of(61, 530, 1050),
            Arguments.of(70, 2049, 40),
            Arguments.of(3, 4200, 9));
    return Stream.concat(small, edges);
  }

  /**
   * Products of all transpose forms on windows equal the plain chains and leave their surroundings
   * alone.
   */
  @ParameterizedTest
  @MethodSource("shapes")
  void productsGiveTheBitsOfOneChain(int rows, int depth, int cols) {
    Random random = new Random(SEED + rows * 31L + depth * 37L + cols);
    MatrixView a = window(random, rows, depth);
    MatrixView b = window(random, depth, cols);
    MatrixView aTransposed = window(random, depth, rows);
    MatrixView bTransposed = window(random, cols, depth);
    MatrixView c = window(random, rows, cols);
    float[] expected = c.data().clone();
    MatrixView e = new MatrixView(expected, c.offset(), c.stride(), rows, cols);
    Chains.multiplyAdd(a, b, e);
    Chains.multiplyAdd(a, Chains.transposed(bTransposed), e);
    Chains.multiplyAdd(Chains.transposed(aTransposed), b, e);
    Chains.multiplyAdd(Chains.transposed(aTransposed), Chains.transposed(bTransposed), e);
    on(
        3,
        algebra -> {
          algebra.multiplyAdd(a, b, c);
          algebra.multiplyTransposedAdd(a, bTransposed, c);
          algebra.transposedMultiplyAdd(aTransposed, b, c);
          algebra.transposedMultiplyTransposedAdd(aTransposed, bTransposed, c);
        });
    assertArrayEquals(expected, c.data());
  }

  /** Shapes that do not agree are refused before anything is written. */
  @Test
  void refusesShapesThatDoNotAgree() {
    MatrixView a = MatrixView.of(FloatMatrix.zeros(2, 3));
    MatrixView b = MatrixView.of(FloatMatrix.zeros(4, 5));
    MatrixView c = MatrixView.of(FloatMatrix.zeros(2, 5));
    on(
        1,
        algebra -> {
          assertThrows(IllegalArgumentException.class, () -> algebra.multiplyAdd(a, b, c));
          assertThrows(
              IllegalArgumentException.class, () -> algebra.multiplyTransposedAdd(a, b, c));
          assertThrows(
              IllegalArgumentException.class, () -> algebra.transposedMultiplyAdd(a, b, c));
          assertThrows(
              IllegalArgumentException.class,
              () -> algebra.transposedMultiplyTransposedAdd(a, b, c));
          assertThrows(
              IllegalArgumentException.class,
              () -> algebra.addGram(FloatMatrix.zeros(2, 3), SquareMatrix.zeros(2)));
        });
  }

  /**
   * A Gram matrix continues from its value, is symmetric and within float rounding of the truth.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 63, 64, 65, 95, 96, 97, 192, 193, 257})
  void gramIsCloseToTheSumInDouble(int size) {
    Random random = new Random(SEED + size);
    FloatMatrix x = matrix(random, CHUNK + size, size);
    SquareMatrix gram = positiveDefinite(random, size);
    double[] before = gram.values().clone();
    on(3, algebra -> algebra.addGram(x, gram));
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        double sum = before[i * size + j];
        double magnitude = Math.abs(sum);
        for (int t = 0; t < x.rows(); t++) {
          double product = (double) x.get(t, i) * x.get(t, j);
          sum += product;
          magnitude += Math.abs(product);
        }
        assertEquals(sum, gram.get(i, j), magnitude * CHUNK * Math.ulp(1f) / 2);
        assertEquals(gram.get(i, j), gram.get(j, i));
      }
    }
  }

  /** Float chains restart every 1024 tokens and chunks are added in order. */
  @ParameterizedTest
  @CsvSource({"40, 557", "520, 1033", "512, 33", "513, 47", "1024, 33", "1300, 70", "3100, 33"})
  void gramGivesTheBitsOfItsDefinition(int tokens, int size) {
    Random random = new Random(SEED);
    FloatMatrix x = matrix(random, tokens, size);
    double[] expected = new double[size * size];
    for (int from = 0; from < tokens; from += CHUNK) {
      for (int i = 0; i < size; i++) {
        for (int j = 0; j < size; j++) {
          float chain = 0;
          for (int t = from; t < Math.min(tokens, from + CHUNK); t++) {
            chain = Math.fma(x.get(t, i), x.get(t, j), chain);
          }
          expected[i * size + j] += chain;
        }
      }
    }
    SquareMatrix gram = SquareMatrix.zeros(size);
    on(2, algebra -> algebra.addGram(x, gram));
    assertArrayEquals(expected, gram.values());
  }

  /** Nothing below the diagonal is read, and mirroring afterwards gives the symmetric sum. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 15, 16, 17, 64, 65, 130, 557, 1037})
  void upperGramIsTheUpperTriangleOfTheGramMatrix(int size) {
    Random random = new Random(SEED + size);
    FloatMatrix x = matrix(random, 300, size);
    SquareMatrix expected = SquareMatrix.zeros(size);
    SquareMatrix gram = SquareMatrix.zeros(size);
    for (int row = 0; row < size; row++) {
      Arrays.fill(gram.values(), row * size, row * size + row, Double.NaN);
    }
    on(2, algebra -> algebra.addGram(x, expected));
    on(2, algebra -> algebra.addUpperGram(x, gram));
    int middle = size / 3;
    gram.mirror(middle, size);
    gram.mirror(0, middle);
    assertArrayEquals(expected.values(), gram.values());
  }

  /** U·diag(d)·Uᵀ gives G back and U is unit upper triangular. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 17, 63, 64, 65, 128, 200, 331})
  void factorsGiveTheMatrixBack(int size) {
    SquareMatrix g = positiveDefinite(new Random(SEED + size), size);
    double[] before = g.values().clone();
    on(
        3,
        algebra -> {
          UnitUpperFactor factor = algebra.factor(g);
          assertArrayEquals(before, g.values());
          assertReconstructs(g, factor);
        });
  }

  /** The factor is the chain over columns from the last to the one after j, divided by d[j]. */
  @ParameterizedTest
  @ValueSource(ints = {5, 64, 150, 600})
  void factorGivesTheBitsOfItsDefinition(int size) {
    SquareMatrix g = positiveDefinite(new Random(SEED + size), size);
    SquareMatrix u = SquareMatrix.zeros(size);
    SquareMatrix v = SquareMatrix.zeros(size);
    for (int j = size - 1; j >= 0; j--) {
      for (int i = j; i >= 0; i--) {
        double chain = g.get(i, j);
        for (int k = size - 1; k > j; k--) {
          chain = Math.fma(-v.get(i, k), u.get(j, k), chain);
        }
        v.values()[i * size + j] = chain;
        u.values()[i * size + j] = chain / v.get(j, j);
      }
    }
    on(2, algebra -> assertArrayEquals(u.values(), dense(algebra.factor(g))));
  }

  /** Order and ridge give the bits of a matrix that was reordered and damped beforehand. */
  @Test
  void factorsInTheGivenOrderWithTheRidge() {
    int n = 150;
    SquareMatrix g = positiveDefinite(new Random(SEED), n);
    int[] order = IntStream.range(0, n).map(i -> i * 37 % n).toArray();
    SquareMatrix expected = SquareMatrix.zeros(n);
    for (int i = 0; i < n * n; i++) {
      double ridge = i / n == i % n ? 0.25 : 0;
      expected.values()[i] = g.get(order[i / n], order[i % n]) + ridge;
    }
    on(
        2,
        algebra ->
            assertArrayEquals(
                dense(algebra.factor(expected)), dense(algebra.factor(g, order, 0.25))));
  }

  /** The failing column is the first from the right whose pivot is not a positive normal number. */
  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY, Double.MIN_VALUE})
  void namesTheColumnThatIsNotPositiveDefinite(double pivot) {
    int size = 150;
    SquareMatrix g = SquareMatrix.zeros(size);
    for (int i = 0; i < size; i++) {
      g.values()[i * size + i] = 2;
    }
    g.values()[70 * size + 70] = pivot;
    g.values()[3 * size + 3] = -5;
    on(
        2,
        algebra -> {
          NotPositiveDefiniteException e =
              assertThrows(NotPositiveDefiniteException.class, () -> algebra.factor(g));
          assertEquals(70, e.column());
          assertEquals(pivot, e.pivot());
        });
  }

  /** Two equal columns leave no pivot for the left one. */
  @Test
  void refusesASingularMatrix() {
    SquareMatrix g = new SquareMatrix(2, new double[] {4, 4, 4, 4});
    on(
        1,
        algebra -> {
          NotPositiveDefiniteException e =
              assertThrows(NotPositiveDefiniteException.class, () -> algebra.factor(g));
          assertEquals(0, e.column());
        });
  }

  /** The number of threads changes no bit. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 7})
  void poolSizeChangesNoBit(int parallelism) {
    assertArrayEquals(everything(1, false), everything(parallelism, false));
  }

  /** Calls from inside the pool give the same bits and do not block it. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void worksInsideItsOwnPool(int parallelism) {
    assertArrayEquals(everything(1, false), everything(parallelism, true));
  }

  private double[] everything(int parallelism, boolean inside) {
    Random random = new Random(SEED);
    FloatMatrix x = matrix(random, 300, 270);
    FloatMatrix w = matrix(random, 90, 270);
    SquareMatrix gram = positiveDefinite(random, 270);
    FloatMatrix product = FloatMatrix.zeros(300, 90);
    on(
        parallelism,
        inside,
        algebra -> {
          algebra.multiplyTransposedAdd(MatrixView.of(x), MatrixView.of(w), MatrixView.of(product));
          algebra.addGram(x, gram);
        });
    double[][] factor = new double[2][];
    on(
        parallelism,
        inside,
        algebra -> {
          UnitUpperFactor result = algebra.factor(gram);
          factor[0] = dense(result);
          factor[1] = result.diagonal();
        });
    double[] floats = IntStream.range(0, 27000).mapToDouble(i -> product.data()[i]).toArray();
    return Stream.of(floats, gram.values(), factor[0], factor[1])
        .flatMapToDouble(Arrays::stream)
        .toArray();
  }

  private void on(int parallelism, Consumer<LinearAlgebra> test) {
    on(parallelism, false, test);
  }

  private void on(int parallelism, boolean inside, Consumer<LinearAlgebra> test) {
    ForkJoinPool pool = new ForkJoinPool(parallelism);
    try {
      LinearAlgebra algebra = new CanonicalAlgebra(kernels(), pool);
      if (inside) {
        pool.submit(() -> test.accept(algebra)).join();
      } else {
        test.accept(algebra);
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static void assertReconstructs(SquareMatrix g, UnitUpperFactor factor) {
    int n = g.size();
    for (int i = 0; i < n; i++) {
      assertEquals(1.0, factor.get(i, i));
      assertTrue(factor.diagonal()[i] > 0);
      for (int j = 0; j < n; j++) {
        double sum = 0;
        for (int k = Math.max(i, j); k < n; k++) {
          sum += factor.get(i, k) * factor.diagonal()[k] * factor.get(j, k);
        }
        double scale = Math.sqrt(g.get(i, i) * g.get(j, j));
        assertEquals(g.get(i, j), sum, 1e-13 * n * scale);
        assertTrue(j >= i || factor.get(i, j) == 0);
      }
    }
  }

  private static double[] dense(UnitUpperFactor factor) {
    int n = factor.size();
    return IntStream.range(0, n * n).mapToDouble(i -> factor.get(i / n, i % n)).toArray();
  }

  private static MatrixView window(Random random, int rows, int cols) {
    return MatrixView.of(matrix(random, rows + 2, cols + 5), 1, 2, rows, cols);
  }

  private static FloatMatrix matrix(Random random, int rows, int cols) {
    return FloatMatrix.wrap(Values.NORMAL.floats(random, rows * cols), rows, cols);
  }

  private static SquareMatrix positiveDefinite(Random random, int size) {
    double[] x = Values.NORMAL.doubles(random, 2 * size * size);
    SquareMatrix g = SquareMatrix.zeros(size);
    for (int i = 0; i < size; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = 0;
        for (int t = 0; t < 2 * size; t++) {
          sum += x[t * size + i] * x[t * size + j];
        }
        g.values()[i * size + j] = sum;
        g.values()[j * size + i] = sum;
      }
    }
    return g;
  }
}
