package io.halftone.benchmarks;

import io.halftone.bridges.onnxruntime.ModelSignature;
import io.halftone.bridges.onnxruntime.OnnxActivations;
import io.halftone.bridges.onnxruntime.TextInputs;
import io.halftone.bridges.onnxruntime.TextOptions;
import io.halftone.calibration.Evaluation;
import io.halftone.calibration.Pipeline;
import io.halftone.calibration.QuantizedModel;
import io.halftone.calibration.SiteStatistics;
import io.halftone.core.kernel.Compute;
import io.halftone.core.model.Block;
import io.halftone.core.model.ModelGraph;
import io.halftone.core.model.TensorInfo;
import io.halftone.core.model.TransformSite;
import io.halftone.core.model.WeightSource;
import io.halftone.core.recipe.Recipe;
import io.halftone.core.report.LayerReport;
import io.halftone.core.report.Reports;
import io.halftone.core.stats.Statistic;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.onnx.LinearLayers;
import io.halftone.io.onnx.OnnxLinear;
import io.halftone.io.onnx.OnnxModel;
import io.halftone.io.onnx.OnnxSites;
import io.halftone.io.onnx.OnnxWeights;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * One layer of a trained model with the statistics of its inputs.
 *
 * @param graph of this layer alone; a transform is folded where the model's graph allows it
 * @param weights of this layer alone
 * @param calibration statistics that recipes read
 * @param heldOut statistics of other text, to measure on
 */
record CapturedLayer(
    ModelGraph graph, WeightSource weights, SiteStatistics calibration, SiteStatistics heldOut) {

  /**
   * Runs the model over the passages, three of four of them for calibration.
   *
   * @param statistics that calibration collects
   */
  static CapturedLayer capture(MiniLmLayer layer, Set<Statistic<?>> statistics, Compute compute)
      throws IOException {
    try (MiniLmFiles files = MiniLmFiles.unpack()) {
      OnnxModel model = OnnxModel.read(files.model());
      List<OnnxLinear> linears = LinearLayers.find(model.graph());
      String name = layer.layerName();
      TransformSite site =
          OnnxSites.find(model.graph(), linears).stream()
              .filter(candidate -> candidate.consumers().contains(name))
              .findFirst()
              .orElseThrow();
      ModelGraph graph =
          new ModelGraph(List.of(new Block(name, List.of(name), List.of(readBy(site, name)))));
      List<String> passages = files.passages();
      int calibrating = passages.size() * 3 / 4;
      return new CapturedLayer(
          graph,
          Weight.of(new OnnxWeights(model, linears), name),
          collect(files, passages.subList(0, calibrating), graph, statistics, compute),
          collect(
              files,
              passages.subList(calibrating, passages.size()),
              graph,
              Reports.requires(),
              compute));
    }
  }

  /** Runs a recipe on this layer. */
  QuantizedModel quantize(Recipe recipe, Compute compute) throws IOException {
    return Pipeline.of(recipe, compute).run(weights, graph, calibration);
  }

  /** Measures the result of {@link #quantize} on the held-out text. */
  LayerReport measure(QuantizedModel quantized, Compute compute) throws IOException {
    return Evaluation.reports(quantized, weights, heldOut, compute).get(0);
  }

  private static TransformSite readBy(TransformSite site, String consumer) {
    return new TransformSite(
        site.id(),
        site.size(),
        List.of(consumer),
        site.producers(),
        site.absorbs(),
        site.repeats());
  }

  private static SiteStatistics collect(
      MiniLmFiles files,
      List<String> passages,
      ModelGraph graph,
      Set<Statistic<?>> statistics,
      Compute compute)
      throws IOException {
    ModelSignature signature = ModelSignature.read(files.model());
    try (TextInputs inputs =
        TextInputs.of(files.tokenizer(), passages, signature, TextOptions.DEFAULT)) {
      int threads = compute.pool().getParallelism();
      return SiteStatistics.collect(
          graph, new OnnxActivations(files.model(), inputs, threads), statistics, compute);
    }
  }

  /** A weight in memory, so that reading it costs nothing. */
  private record Weight(TensorInfo layer, FloatMatrix weight, float[] values)
      implements WeightSource {
    static Weight of(WeightSource source, String name) throws IOException {
      return new Weight(source.info(name), source.read(name), source.bias(name));
    }

    @Override
    public Set<String> names() {
      return Set.of(layer.name());
    }

    @Override
    public TensorInfo info(String name) {
      return layer;
    }

    @Override
    public FloatMatrix read(String name) {
      return weight;
    }

    @Override
    public FloatMatrix read(String name, int fromRow, int toRow) {
      return weight.rows(fromRow, toRow);
    }

    @Override
    public float[] bias(String name) {
      return values;
    }

    @Override
    public void close() {}
  }
}
