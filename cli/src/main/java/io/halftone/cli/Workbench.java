package io.halftone.cli;

import io.halftone.bridges.onnxruntime.ChildRuntime;
import io.halftone.bridges.onnxruntime.Embeddings;
import io.halftone.bridges.onnxruntime.ModelInputs;
import io.halftone.calibration.Evaluation;
import io.halftone.calibration.FittedSite;
import io.halftone.calibration.Pipeline;
import io.halftone.calibration.Placement;
import io.halftone.calibration.QuantizedModel;
import io.halftone.calibration.SiteStatistics;
import io.halftone.cli.report.RunResult;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.report.LayerReport;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.io.onnx.OnnxExport;
import io.halftone.io.onnx.OnnxModel;
import io.halftone.io.onnx.WeightForm;
import io.halftone.io.recipe.RecipeJson;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;

/**
 * A model with everything known of it, on which recipes are run: quantized, measured, exported, and
 * proven in ONNX Runtime.
 *
 * @param source the float model
 * @param calibration statistics the recipes read
 * @param heldOut statistics the measurements read
 * @param inputs on which exported models are run
 * @param reference the float model's embedding of each passage of the inputs; empty if its first
 *     output is none
 * @param form how float-input layers are written
 */
record Workbench(
    OnnxSource source,
    SiteStatistics calibration,
    SiteStatistics heldOut,
    ModelInputs inputs,
    Optional<FloatMatrix> reference,
    WeightForm form) {

  /**
   * A recipe's result: its facts, and the model waiting to be published.
   *
   * @param result facts
   * @param staged model; closing removes it unless it was published
   */
  record Finished(RunResult result, StagedModel staged) implements Closeable {
    @Override
    public void close() {
      staged.close();
    }
  }

  /** The embeddings of a model's inputs, computed in a child process, if it has any. */
  static Optional<FloatMatrix> embeddings(Path model, ModelInputs inputs) throws IOException {
    return Embeddings.find(ChildRuntime.of(model), inputs);
  }

  /** Mean cosine between a model's embeddings and the float model's; NaN if there are none. */
  double meanCosine(Path model) throws IOException {
    if (reference.isEmpty()) {
      return Double.NaN;
    }
    return Embeddings.meanCosine(reference.get(), Embeddings.of(ChildRuntime.of(model), inputs));
  }

  /**
   * Runs a recipe.
   *
   * @param pipeline recipe and where it runs
   * @param check inputs for the comparison with the emulation, a few are enough
   * @param target where the model will stand
   * @throws IOException if the model cannot be written, or ONNX Runtime cannot run it or disagrees
   */
  Finished run(Pipeline pipeline, ModelInputs check, Path target) throws IOException {
    Compute compute = pipeline.compute();
    long start = System.nanoTime();
    QuantizedModel model = pipeline.run(source.weights(), source.graph(), calibration);
    double seconds = (System.nanoTime() - start) / 1e9;
    List<LayerReport> reports = Evaluation.reports(model, source.weights(), heldOut, compute);
    OnnxModel exported =
        new OnnxExport(form)
            .apply(source.model(), layers(model), folded(model), metadata(pipeline));
    StagedModel staged = StagedModel.write(exported, target);
    try {
      double cosine = prove(staged.file(), model, check, compute);
      return new Finished(
          Facts.run(model, source.weights(), reports, heldOut, staged, cosine, seconds), staged);
    } catch (IOException | RuntimeException failure) {
      staged.close();
      throw failure;
    }
  }

  /** Compares the layers with their emulation while a second child process embeds all inputs. */
  private double prove(Path file, QuantizedModel model, ModelInputs check, Compute compute)
      throws IOException {
    FutureTask<Double> cosine = new FutureTask<>(() -> meanCosine(file));
    Thread embedding = new Thread(cosine, "embedding");
    embedding.start();
    try {
      ExportGate.check(file, source, layers(model), check, compute.algebra());
      return cosine.get();
    } catch (ExecutionException failure) {
      throw new IOException(failure.getCause().getMessage(), failure.getCause());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a child process ran " + file);
    } finally {
      embedding.interrupt();
    }
  }

  private static List<QuantizedLinear> layers(QuantizedModel model) {
    return model.layers().stream().map(result -> result.layer()).flatMap(Optional::stream).toList();
  }

  private static Map<String, EquivalentTransform> folded(QuantizedModel model) {
    return model.sites().stream()
        .filter(site -> site.placement() == Placement.FOLDED)
        .collect(
            Collectors.toMap(
                site -> site.site().id(), FittedSite::transform, (a, b) -> a, LinkedHashMap::new));
  }

  /** Recorded in the file: nothing that differs between machines, threads or virtual machines. */
  private static Map<String, String> metadata(Pipeline pipeline) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("halftone.version", Version.current());
    metadata.put("halftone.recipe", RecipeJson.write(pipeline.recipe()));
    metadata.put("halftone.seed", Long.toString(pipeline.compute().seed()));
    metadata.put("halftone.algebra", pipeline.compute().algebra().name());
    return metadata;
  }
}
