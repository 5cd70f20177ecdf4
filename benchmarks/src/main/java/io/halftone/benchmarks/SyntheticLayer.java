package io.halftone.benchmarks;

import io.halftone.core.kernel.Compute;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.stats.ActivationBatch;
import io.halftone.core.stats.CollectedStatistics;
import io.halftone.core.stats.Statistic;
import io.halftone.core.tensor.FloatMatrix;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A layer of any shape with correlated inputs and a few loud channels, as trained layers have them.
 *
 * @param weight [out, in], normal with deviation 0.02
 * @param x [tokens, in]: X = Z·(0.6·I + 1.2·Z'/√in), six channels multiplied by U(10, 40)
 */
record SyntheticLayer(FloatMatrix weight, FloatMatrix x) {
  private static final int LOUD_CHANNELS = 6;

  static SyntheticLayer of(int out, int in, int tokens, Compute compute) {
    return of(1, out, in, tokens, compute);
  }

  /** One of many layers: {@code seed} to {@code seed} + 3 draw it. */
  static SyntheticLayer of(long seed, int out, int in, int tokens, Compute compute) {
    FloatMatrix weight = normal(new SplittableRandom(seed), out, in, 0.02);
    FloatMatrix mix = normal(new SplittableRandom(seed + 1), in, in, 1.2 / Math.sqrt(in));
    for (int j = 0; j < in; j++) {
      mix.set(j, j, mix.get(j, j) + 0.6f);
    }
    FloatMatrix independent = normal(new SplittableRandom(seed + 2), tokens, in, 1);
    FloatMatrix x = compute.algebra().multiply(independent, mix);
    SplittableRandom random = new SplittableRandom(seed + 3);
    for (int n = 0; n < LOUD_CHANNELS; n++) {
      int channel = random.nextInt(in);
      float factor = (float) random.nextDouble(10, 40);
      for (int t = 0; t < tokens; t++) {
        x.set(t, channel, x.get(t, channel) * factor);
      }
    }
    return new SyntheticLayer(weight, x);
  }

  /** The task of quantizing this layer. */
  LinearTask task(LayerScheme scheme, Set<Statistic<?>> statistics, Compute compute) {
    return LinearTask.of(
        "layer",
        weight,
        scheme,
        CollectedStatistics.of(ActivationBatch.of(x), statistics, compute));
  }

  static FloatMatrix normal(SplittableRandom random, int rows, int cols, double deviation) {
    FloatMatrix matrix = FloatMatrix.zeros(rows, cols);
    for (int i = 0; i < matrix.data().length; i++) {
      matrix.data()[i] = (float) (deviation * gaussian(random));
    }
    return matrix;
  }

  /** The sum of twelve uniform numbers: near enough to normal, and the same on every JDK. */
  private static double gaussian(SplittableRandom random) {
    double sum = -6;
    for (int i = 0; i < 12; i++) {
      sum += random.nextDouble();
    }
    return sum;
  }
}
