package io.halftone.testkit;

import io.halftone.core.kernel.Compute;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.stats.ActivationBatch;
import io.halftone.core.stats.CollectedStatistics;
import io.halftone.core.stats.Statistic;
import io.halftone.core.tensor.FloatMatrix;
import java.util.Random;
import java.util.Set;

/**
 * Synthetic layers with the two properties that make real ones hard: correlated inputs and a few
 * loud channels.
 */
public final class Fixtures {
  private static final int LOUD_CHANNELS = 6;

  private Fixtures() {}

  /**
   * A layer with captured inputs.
   *
   * @param x [tokens, in]
   * @param weight [out, in]
   */
  public record Layer(FloatMatrix x, FloatMatrix weight) {
    /** The task of quantizing this layer, with the statistics asked for. */
    public LinearTask task(LayerScheme scheme, Set<Statistic<?>> statistics, Compute compute) {
      return LinearTask.of(
          "layer",
          weight,
          scheme,
          CollectedStatistics.of(ActivationBatch.of(x), statistics, compute));
    }

    /** The same layer seen through other inputs. */
    public Layer withInputs(FloatMatrix other) {
      return new Layer(other, weight);
    }

    /** The same inputs into another weight. */
    public Layer withWeight(FloatMatrix other) {
      return new Layer(x, other);
    }
  }

  /** Correlated inputs [2048, 256], six loud channels, columns of uneven size, 192 outputs. */
  public static Layer correlated(long seed) {
    return correlated(seed, 2048, 256, 192);
  }

  /**
   * Correlated inputs of any shape: X = Z·(0.6·I + 1.2·Z'/√in) with up to six channels multiplied
   * by U(10, 40); columns of the weight are 0.02·exp(0.3·n) times standard normal values.
   */
  public static Layer correlated(long seed, int tokens, int in, int out) {
    Random random = new Random(seed);
    FloatMatrix mix = gaussian(random, in, in, (float) (1.2 / Math.sqrt(in)));
    for (int j = 0; j < in; j++) {
      mix.set(j, j, mix.get(j, j) + 0.6f);
    }
    FloatMatrix x = Compute.defaults().algebra().multiply(gaussian(random, tokens, in, 1), mix);
    amplify(random, x);
    FloatMatrix weight = gaussian(random, out, in, 0.02f);
    for (int j = 0; j < in; j++) {
      float size = (float) StrictMath.exp(0.3 * random.nextGaussian());
      for (int o = 0; o < out; o++) {
        weight.set(o, j, weight.get(o, j) * size);
      }
    }
    return new Layer(x, weight);
  }

  /** Independent inputs [1024, 256] with six loud channels, 256 outputs. */
  public static Layer independent(long seed) {
    return independent(seed, 1024, 256, 256);
  }

  /**
   * Independent standard normal inputs of any shape, up to six channels multiplied by U(10, 40);
   * weights 0.02 times normal.
   */
  public static Layer independent(long seed, int tokens, int in, int out) {
    Random random = new Random(seed);
    FloatMatrix x = gaussian(random, tokens, in, 1);
    amplify(random, x);
    return new Layer(x, gaussian(random, out, in, 0.02f));
  }

  /** A matrix of normal values with the given standard deviation. */
  public static FloatMatrix gaussian(Random random, int rows, int cols, float deviation) {
    FloatMatrix result = FloatMatrix.zeros(rows, cols);
    for (int i = 0; i < result.data().length; i++) {
      result.data()[i] = (float) (deviation * random.nextGaussian());
    }
    return result;
  }

  private static void amplify(Random random, FloatMatrix x) {
    for (int n = 0; n < Math.min(LOUD_CHANNELS, x.cols() / 8); n++) {
      int channel = random.nextInt(x.cols());
      float factor = (float) (10 + 30 * random.nextDouble());
      for (int t = 0; t < x.rows(); t++) {
        x.set(t, channel, x.get(t, channel) * factor);
      }
    }
  }
}
