package io.halftone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.bridges.onnxruntime.ArrayInputs;
import io.halftone.bridges.onnxruntime.ModelInputs;
import io.halftone.bridges.onnxruntime.ModelRunner;
import io.halftone.bridges.onnxruntime.ModelSignature;
import io.halftone.bridges.onnxruntime.OutputComparison;
import io.halftone.bridges.onnxruntime.RunMode;
import io.halftone.calibration.FittedSite;
import io.halftone.calibration.Pipeline;
import io.halftone.calibration.Placement;
import io.halftone.calibration.QuantizedModel;
import io.halftone.core.kernel.Compute;
import io.halftone.core.recipe.Recipe;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.io.onnx.OnnxEditor;
import io.halftone.quantizers.catalog.Catalog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A transform changes the basis, not the function: the float model computes the same with it. */
class FoldedTransformTest {
  private static final double BOUND = 1e-5;

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"awq", "smoothquant"})
  void floatOutputIsKept(String name) throws IOException {
    Path model = TinyModel.mlp().write(directory.resolve("model.onnx"));
    Path file = TinyModel.npy(directory.resolve("x.npy"), TinyModel.random(7, 60, TinyModel.IN));
    OnnxSource source = OnnxSource.open(model);
    Compute compute = Compute.defaults();
    Recipe recipe = Catalog.named(name, Schemes.W4A16_G32);
    try (ModelInputs inputs = ArrayInputs.read(file, ModelSignature.read(model), 16)) {
      QuantizedModel fitted =
          Pipeline.of(recipe, compute)
              .run(
                  source.weights(),
                  source.graph(),
                  Captures.collect(
                      "test", source, source.graph(), inputs, recipe.requires(), compute, 1));
      assertEquals(
          List.of(Placement.FOLDED, Placement.ONLINE),
          fitted.sites().stream().map(FittedSite::placement).toList());
      Path changed = directory.resolve("changed.onnx");
      inOtherBasis(source, fitted).finish().write(changed);
      OutputComparison compared =
          OutputComparison.of(
                  new ModelRunner(model, RunMode.AS_WRITTEN, 1),
                  new ModelRunner(changed, RunMode.AS_WRITTEN, 1),
                  inputs)
              .get(0);
      double relative = Math.sqrt(compared.relativeError());
      assertTrue(relative <= BOUND, () -> "‖y − ŷ‖ / ‖y‖ is " + relative);
      assertTrue(compared.maxAbsDifference() > 0, "the transform did nothing");
    }
  }

  private static OnnxEditor inOtherBasis(OnnxSource source, QuantizedModel fitted)
      throws IOException {
    OnnxEditor editor = new OnnxEditor(source.model());
    for (FittedSite site : fitted.sites()) {
      List<String> readers = site.site().consumers();
      float[] factors = factors(site.transform());
      if (site.placement() == Placement.FOLDED) {
        editor.foldDiagonal(site.site().id(), factors);
      } else {
        editor.insertDiagonal(site.site().id(), factors, readers);
      }
      for (String layer : readers) {
        FloatMatrix weight = source.weights().read(layer);
        editor.replaceWeight(layer, site.transform().applyToWeight(weight));
      }
    }
    return editor;
  }

  private static float[] factors(EquivalentTransform transform) {
    float[] ones = new float[transform.sizeIn()];
    Arrays.fill(ones, 1);
    return transform.applyToInput(FloatMatrix.wrap(ones, 1, ones.length)).data();
  }
}
