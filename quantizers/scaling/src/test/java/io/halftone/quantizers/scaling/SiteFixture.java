package io.halftone.quantizers.scaling;

import io.halftone.core.kernel.Compute;
import io.halftone.core.kernel.LinearAlgebra;
import io.halftone.core.model.TransformSite;
import io.halftone.core.report.Reports;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.spi.SiteTask;
import io.halftone.core.stats.ActivationBatch;
import io.halftone.core.stats.CollectedStatistics;
import io.halftone.core.stats.Statistics;
import io.halftone.core.tensor.FloatMatrix;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * A site with correlated inputs, a few of whose channels are 10 to 40 times larger, and two
 * consumers.
 */
record SiteFixture(FloatMatrix x, List<FloatMatrix> weights) {
  static final int CHANNELS = 64;
  private static final int TOKENS = 256;
  private static final int OUTLIERS = 3;

  static SiteFixture of(long seed) {
    Random random = new Random(seed);
    LinearAlgebra algebra = Compute.defaults().algebra();
    FloatMatrix mix = gaussian(random, CHANNELS, CHANNELS, 1.2 / Math.sqrt(CHANNELS));
    for (int c = 0; c < CHANNELS; c++) {
      mix.set(c, c, mix.get(c, c) + 0.6f);
    }
    FloatMatrix x = algebra.multiply(gaussian(random, TOKENS, CHANNELS, 1), mix);
    for (int k = 0; k < OUTLIERS; k++) {
      scaleColumn(x, random.nextInt(CHANNELS), 10 + 30 * random.nextFloat());
    }
    return new SiteFixture(x, List.of(weight(random, 48), weight(random, 16)));
  }

  private static FloatMatrix weight(Random random, int out) {
    FloatMatrix w = gaussian(random, out, CHANNELS, 0.02);
    for (int c = 0; c < CHANNELS; c++) {
      scaleColumn(w, c, (float) StrictMath.exp(0.3 * random.nextGaussian()));
    }
    return w;
  }

  private static FloatMatrix gaussian(Random random, int rows, int cols, double deviation) {
    FloatMatrix m = FloatMatrix.zeros(rows, cols);
    for (int i = 0; i < m.data().length; i++) {
      m.data()[i] = (float) (deviation * random.nextGaussian());
    }
    return m;
  }

  static void scaleColumn(FloatMatrix m, int col, float factor) {
    for (int r = 0; r < m.rows(); r++) {
      m.set(r, col, factor * m.get(r, col));
    }
  }

  SiteTask task(LayerScheme scheme) {
    return task(scheme, Compute.defaults());
  }

  SiteTask task(LayerScheme scheme, Compute compute) {
    CollectedStatistics stats =
        CollectedStatistics.of(
            ActivationBatch.of(x),
            Set.of(Statistics.ABS_MAX, Statistics.MEAN_ABS, Statistics.GRAM, Reports.SAMPLE),
            compute);
    TransformSite site = TransformSite.isolated("site", CHANNELS, List.of("first", "second"));
    return new SiteTask(site, weights, scheme, stats);
  }

  /** max|m| per column. */
  static float[] columnMaxima(List<FloatMatrix> matrices) {
    float[] maxima = new float[CHANNELS];
    for (FloatMatrix m : matrices) {
      for (int r = 0; r < m.rows(); r++) {
        for (int c = 0; c < CHANNELS; c++) {
          maxima[c] = Math.max(maxima[c], Math.abs(m.get(r, c)));
        }
      }
    }
    return maxima;
  }
}
