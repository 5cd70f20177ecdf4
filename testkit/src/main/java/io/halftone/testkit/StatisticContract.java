package io.halftone.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.halftone.core.kernel.Compute;
import io.halftone.core.stats.ActivationBatch;
import io.halftone.core.stats.Statistic;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.transform.Chain;
import io.halftone.core.transform.Diagonal;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Identity;
import io.halftone.core.transform.Permutation;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every {@link Statistic} must be: a commutative monoid over batches that weighs tokens and
 * follows transforms.
 *
 * <p>Extend it and return the statistic under test and what its accumulator says.
 *
 * @param <A> accumulator
 */
public abstract class StatisticContract<A> {
  private static final long SEED = 20260104L;
  private static final int CHANNELS = 12;
  private static final int TOKENS = 300;

  /** For subclasses. */
  protected StatisticContract() {}

  /** The statistic under test. */
  protected abstract Statistic<A> statistic();

  /** Everything an accumulator says, in an order that does not depend on the batches'. */
  protected abstract double[] values(A accumulator);

  /**
   * Whether a token of weight n counts as n tokens; a sample, where it stays one token, says no.
   */
  protected abstract boolean weighs();

  /**
   * Whether the accumulator of other channels or another basis can be told exactly from this one.
   */
  protected abstract boolean followsTransforms();

  static Stream<EquivalentTransform> transforms() {
    Random random = new Random(SEED);
    float[] factor = new float[CHANNELS];
    for (int c = 0; c < CHANNELS; c++) {
      factor[c] = (float) StrictMath.exp(random.nextGaussian());
    }
    int[] order = IntStream.range(0, CHANNELS).map(c -> (5 * c + 3) % CHANNELS).toArray();
    Diagonal diagonal = new Diagonal(factor);
    Permutation permutation = new Permutation(order);
    return Stream.of(
        new Identity(CHANNELS), diagonal, permutation, new Chain(List.of(permutation, diagonal)));
  }

  /** Nothing seen changes nothing. */
  @Test
  void zeroIsNeutral() {
    Statistic<A> statistic = statistic();
    double[] expected = values(collect(inputs()));
    assertClose(expected, values(statistic.merge(statistic.zero(CHANNELS), collect(inputs()))));
    assertClose(expected, values(statistic.merge(collect(inputs()), statistic.zero(CHANNELS))));
    A withEmpty =
        statistic.add(collect(inputs()), ActivationBatch.of(inputs().rows(0, 0)), compute());
    assertClose(expected, values(withEmpty));
    assertClose(values(statistic.zero(CHANNELS)), values(collect(inputs().rows(0, 0))));
  }

  /** The order of batches does not matter. */
  @Test
  void commutes() {
    FloatMatrix x = inputs();
    FloatMatrix a = x.rows(0, 130);
    FloatMatrix b = x.rows(130, TOKENS);
    double[] expected = values(statistic().merge(collect(a), collect(b)));
    assertClose(expected, values(statistic().merge(collect(b), collect(a))));
    A after = statistic().add(collect(b), ActivationBatch.of(a), compute());
    assertClose(expected, values(after));
  }

  /** Tokens in any number of batches say the same as in one. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 100, 256, 299})
  void splitAndMergedIsTheWhole(int batch) {
    FloatMatrix x = inputs();
    A merged = statistic().zero(CHANNELS);
    A added = statistic().zero(CHANNELS);
    for (int t = 0; t < TOKENS; t += batch) {
      FloatMatrix rows = x.rows(t, Math.min(TOKENS, t + batch));
      merged = statistic().merge(merged, collect(rows));
      added = statistic().add(added, ActivationBatch.of(rows), compute());
    }
    assertClose(values(collect(x)), values(merged));
    assertClose(values(collect(x)), values(added));
  }

  /** A token of weight 2 counts twice. */
  @Test
  void weightTwoIsTheTokenTwice() {
    assumeTrue(weighs());
    FloatMatrix x = inputs();
    float[] weights = new float[TOKENS];
    for (int t = 0; t < TOKENS; t++) {
      weights[t] = t % 3 == 0 ? 2 : 1;
    }
    A weighted =
        statistic().add(statistic().zero(CHANNELS), new ActivationBatch(x, weights), compute());
    A twice = collect(x);
    for (int t = 0; t < TOKENS; t += 3) {
      twice = statistic().add(twice, ActivationBatch.of(x.rows(t, t + 1)), compute());
    }
    assertClose(values(twice), values(weighted));
  }

  /** A token of weight 0 is not there, whatever its values. */
  @Test
  void weightZeroIsAbsence() {
    FloatMatrix x = inputs();
    float[] weights = new float[TOKENS];
    Arrays.fill(weights, 0, 200, 1);
    Arrays.fill(x.data(), x.offset(200), x.offset(250), Float.NaN);
    Arrays.fill(x.data(), x.offset(250), x.offset(300), Float.POSITIVE_INFINITY);
    A weighted =
        statistic().add(statistic().zero(CHANNELS), new ActivationBatch(x, weights), compute());
    assertClose(values(collect(x.rows(0, 200))), values(weighted));
  }

  /** The transformed accumulator is the accumulator of the transformed tokens. */
  @ParameterizedTest
  @MethodSource("transforms")
  void followsTheTransform(EquivalentTransform transform) {
    assumeTrue(followsTransforms());
    A original = collect(inputs());
    double[] before = values(original);
    double[] expected = values(collect(transform.applyToInput(inputs())));
    assertClose(expected, values(statistic().transform(original, transform)));
    assertArrayEquals(before, values(original));
  }

  /** The accumulator of some channels is that of tokens with these channels only. */
  @Test
  void followsTheChannels() {
    assumeTrue(followsTransforms());
    A original = collect(inputs());
    double[] before = values(original);
    for (int[] range : new int[][] {{0, CHANNELS}, {3, 9}, {11, 12}, {4, 4}}) {
      int[] channels = IntStream.range(range[0], range[1]).toArray();
      A expected =
          statistic()
              .add(
                  statistic().zero(channels.length),
                  ActivationBatch.of(inputs().columns(channels)),
                  compute());
      A part = statistic().channels(original, range[0], range[1]);
      assertClose(values(expected), values(part));
    }
    assertArrayEquals(before, values(original));
  }

  /** The number of threads changes no bit. */
  @ParameterizedTest
  @ValueSource(ints = {2, 7})
  void threadsChangeNothing(int threads) {
    ForkJoinPool one = new ForkJoinPool(1);
    ForkJoinPool several = new ForkJoinPool(threads);
    try {
      A expected = collect(inputs(), Compute.on(one, SEED));
      A actual = collect(inputs(), Compute.on(several, SEED));
      assertArrayEquals(values(expected), values(actual));
    } finally {
      one.shutdown();
      several.shutdown();
    }
  }

  private A collect(FloatMatrix x) {
    return collect(x, compute());
  }

  private A collect(FloatMatrix x, Compute compute) {
    return statistic().add(statistic().zero(x.cols()), ActivationBatch.of(x), compute);
  }

  private static Compute compute() {
    return Compute.defaults();
  }

  private static FloatMatrix inputs() {
    return Fixtures.gaussian(new Random(SEED), TOKENS, CHANNELS, 3);
  }

  private static void assertClose(double[] expected, double[] actual) {
    assertEquals(expected.length, actual.length);
    double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
    assertArrayEquals(expected, actual, 2e-6 * largest);
  }
}
