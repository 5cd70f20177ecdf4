package io.halftone.quantizers.catalog;

import io.halftone.core.kernel.Compute;
import io.halftone.core.kernel.LinearAlgebra;
import io.halftone.core.model.TransformSite;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.recipe.Recipe;
import io.halftone.core.recipe.Step;
import io.halftone.core.report.Reports;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.spi.SiteTask;
import io.halftone.core.stats.ActivationBatch;
import io.halftone.core.stats.CollectedStatistics;
import io.halftone.core.stats.Statistic;
import io.halftone.core.stats.Statistics;
import io.halftone.core.stats.StatisticsView;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.transform.Chain;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Identity;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * A layer with correlated inputs of which a few channels are 10 to 40 times larger; half of its
 * tokens calibrate, half measure.
 *
 * @param weight [out, in]
 * @param calibration [tokens, in]
 * @param heldOut [tokens, in]
 */
record SyntheticLayer(FloatMatrix weight, FloatMatrix calibration, FloatMatrix heldOut) {
  private static final int TOKENS = 2048;
  private static final int IN = 256;
  private static final int OUT = 96;

  static SyntheticLayer of(long seed) {
    Random random = new Random(seed);
    LinearAlgebra algebra = Compute.defaults().algebra();
    FloatMatrix mix = gaussian(random, IN, IN, 1.2 / Math.sqrt(IN));
    for (int c = 0; c < IN; c++) {
      mix.set(c, c, mix.get(c, c) + 0.6f);
    }
    FloatMatrix x = algebra.multiply(gaussian(random, 2 * TOKENS, IN, 1), mix);
    for (int k = 0; k < 6; k++) {
      scaleColumn(x, random.nextInt(IN), 10 + 30 * random.nextFloat());
    }
    FloatMatrix w = gaussian(random, OUT, IN, 0.02);
    for (int c = 0; c < IN; c++) {
      scaleColumn(w, c, (float) StrictMath.exp(0.3 * random.nextGaussian()));
    }
    return new SyntheticLayer(w, x.rows(0, TOKENS), x.rows(TOKENS, 2 * TOKENS));
  }

  private static FloatMatrix gaussian(Random random, int rows, int cols, double deviation) {
    FloatMatrix m = FloatMatrix.zeros(rows, cols);
    for (int i = 0; i < m.data().length; i++) {
      m.data()[i] = (float) (deviation * random.nextGaussian());
    }
    return m;
  }

  private static void scaleColumn(FloatMatrix m, int col, float factor) {
    for (int r = 0; r < m.rows(); r++) {
      m.set(r, col, factor * m.get(r, col));
    }
  }

  /** Runs the recipe's steps on this layer alone, its transform online. */
  QuantizedLinear quantize(Recipe recipe, Compute compute) {
    Set<Statistic<?>> required = new LinkedHashSet<>(recipe.requires());
    required.add(Statistics.GRAM);
    required.add(Reports.SAMPLE);
    StatisticsView stats =
        CollectedStatistics.of(ActivationBatch.of(calibration), required, compute);
    EquivalentTransform transform = new Identity(weight.cols());
    for (Step step : recipe.steps()) {
      if (step instanceof Step.FitTransforms fit) {
        SiteTask site =
            new SiteTask(
                TransformSite.isolated("site", weight.cols(), List.of("layer")),
                List.of(transform.applyToWeight(weight)),
                recipe.scheme(),
                stats.under(transform));
        transform = Chain.of(transform, fit.part().fitAll(List.of(site), compute).get(0));
      } else if (step instanceof Step.QuantizeLinears quantize) {
        LinearTask task =
            new LinearTask(
                "layer",
                transform.applyToWeight(weight),
                new float[0],
                transform,
                recipe.scheme(),
                stats.under(transform));
        return quantize.part().quantize(task, compute);
      }
    }
    throw new IllegalArgumentException("recipe " + recipe.name() + " quantizes nothing");
  }

  /** ‖Y − Ŷ‖² / ‖Y‖² on tokens the recipe has not seen. */
  double heldOutError(Recipe recipe, Compute compute) {
    float[] exact = compute.algebra().multiplyTransposed(heldOut, weight).data();
    float[] got = quantize(recipe, compute).apply(heldOut, compute.algebra()).data();
    double error = 0;
    double signal = 0;
    for (int i = 0; i < exact.length; i++) {
      error += (exact[i] - (double) got[i]) * (exact[i] - got[i]);
      signal += (double) exact[i] * exact[i];
    }
    return error / signal;
  }
}
