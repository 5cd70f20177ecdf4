package io.halftone.cli;

import io.halftone.calibration.Evaluation;
import io.halftone.calibration.FittedSite;
import io.halftone.calibration.Pipeline;
import io.halftone.calibration.Placement;
import io.halftone.calibration.QuantizedModel;
import io.halftone.calibration.SiteStatistics;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.report.LayerReport;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.io.onnx.OnnxExport;
import io.halftone.io.onnx.OnnxModel;
import io.halftone.io.recipe.RecipeJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One recipe run over a model: quantized, measured and written to a staging place.
 *
 * @param model quantized
 * @param reports one per quantized layer
 * @param staged the exported model, not yet published; the caller closes it
 * @param seconds spent on quantizing, without measuring and writing
 */
record RecipeRun(QuantizedModel model, List<LayerReport> reports, StagedModel staged, double seconds) {

  /**
   * Runs a recipe.
   *
   * @param source model
   * @param pipeline recipe and where it runs
   * @param calibration statistics the recipe reads
   * @param heldOut statistics the measurement reads
   * @param export how layers are written
   * @param metadata recorded in the model beside the recipe
   * @param target where the model will stand
   */
  static RecipeRun execute(
      OnnxSource source,
      Pipeline pipeline,
      SiteStatistics calibration,
      SiteStatistics heldOut,
      OnnxExport export,
      Map<String, String> metadata,
      Path target)
      throws IOException {
    Compute compute = pipeline.compute();
    long start = System.nanoTime();
    QuantizedModel model = pipeline.run(source.weights(), source.graph(), calibration);
    double seconds = (System.nanoTime() - start) / 1e9;
    List<LayerReport> reports = Evaluation.reports(model, source.weights(), heldOut, compute);
    Map<String, String> recorded = new LinkedHashMap<>(metadata);
    recorded.put("halftone.recipe", RecipeJson.write(pipeline.recipe()));
    recorded.put("halftone.seed", Long.toString(compute.seed()));
    recorded.put("halftone.algebra", compute.algebra().name());
    OnnxModel exported = export.apply(source.model(), quantized(model), folded(model), recorded);
    return new RecipeRun(model, reports, StagedModel.write(exported, target), seconds);
  }

  /** The layers that were quantized. */
  static List<QuantizedLinear> quantized(QuantizedModel model) {
    return model.layers().stream().map(result -> result.layer()).flatMap(Optional::stream).toList();
  }

  private static Map<String, EquivalentTransform> folded(QuantizedModel model) {
    return model.sites().stream()
        .filter(site -> site.placement() == Placement.FOLDED)
        .collect(
            Collectors.toMap(
                site -> site.site().id(), FittedSite::transform, (a, b) -> a, LinkedHashMap::new));
  }
}
