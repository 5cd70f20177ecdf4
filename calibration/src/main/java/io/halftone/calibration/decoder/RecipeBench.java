package io.halftone.calibration.decoder;

import io.halftone.calibration.Pipeline;
import io.halftone.core.kernel.Compute;
import io.halftone.core.recipe.Recipe;
import io.halftone.core.report.LayerReport;
import io.halftone.core.scheme.CacheScheme;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Runs recipes on one decoder and measures them on one evaluation text.
 *
 * @param exact float model
 * @param calibration tokens that recipes read
 * @param evaluation tokens they are measured on
 * @param evaluator measures
 */
public record RecipeBench(
    FloatDecoder exact,
    TokenSequences calibration,
    TokenSequences evaluation,
    LanguageEvaluation evaluator) {
  /** Of how many evaluation tokens one is looked at for errors of layers. */
  private static final int ERROR_EVERY = 8;

  /**
   * The row of the float model.
   *
   * @throws IOException if the model cannot be read
   */
  public RecipeRow floatRow() throws IOException {
    double perplexity = evaluator.score(exact, evaluation).perplexity();
    return new RecipeRow("float", "F32", perplexity, 0, 0, Float.SIZE, 0);
  }

  /** The row of a recipe without tuning. */
  public RecipeRow row(Recipe recipe, String scheme, CacheScheme cache, Propagation propagation)
      throws IOException {
    return row(recipe, scheme, cache, propagation, Optional.empty());
  }

  /**
   * The row of a recipe.
   *
   * @param recipe for the scheme's layers; where these are full only its rotations count
   * @param scheme name of the recipe's layers' and the cache's scheme
   * @param cache of keys and values
   * @param propagation what layers are calibrated on
   * @param tuning of the quantized model, if any
   * @throws io.halftone.core.spi.QuantizationException if a layer cannot be quantized
   * @throws IOException if the model cannot be read
   */
  public RecipeRow row(
      Recipe recipe,
      String scheme,
      CacheScheme cache,
      Propagation propagation,
      Optional<DivergenceTuning> tuning)
      throws IOException {
    Compute compute = evaluator.compute();
    Pipeline pipeline = Pipeline.of(recipe, compute);
    long start = System.nanoTime();
    CausalModel model;
    List<LayerReport> reports = List.of();
    double seconds;
    if (recipe.scheme().weight().isFull()) {
      model = CachedDecoder.of(exact, cache, pipeline, calibration);
      seconds = (System.nanoTime() - start) / 1e9;
    } else {
      QuantizedDecoder quantized =
          new BlockPipeline(pipeline, propagation, cache).run(exact, calibration, layer -> {});
      if (tuning.isPresent()) {
        quantized = tuning.get().run(quantized, calibration, compute, evaluator.progress());
      }
      seconds = (System.nanoTime() - start) / 1e9;
      reports = LayerErrors.of(quantized, evaluation, ERROR_EVERY, compute);
      model = quantized;
    }
    LanguageScore score = evaluator.compare(exact, model, evaluation);
    return new RecipeRow(
        recipe.name(),
        scheme,
        score.perplexity(),
        score.divergence(),
        meanError(reports),
        bits(reports),
        seconds);
  }

  private static double meanError(List<LayerReport> reports) {
    double sum = 0;
    for (LayerReport report : reports) {
      sum += report.outputRelativeError();
    }
    return reports.isEmpty() ? 0 : sum / reports.size();
  }

  private static double bits(List<LayerReport> reports) {
    double weights = 0;
    double bits = 0;
    for (LayerReport report : reports) {
      double size = (double) report.out() * report.in();
      weights += size;
      bits += report.bitsPerWeight() * size;
    }
    return weights == 0 ? Float.SIZE : bits / weights;
  }
}
