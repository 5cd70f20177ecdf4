package io.halftone.cli;

import io.halftone.core.model.Block;
import io.halftone.core.model.ModelGraph;
import io.halftone.core.recipe.NameFilter;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Remainder;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.stats.StatisticsView;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.onnx.LinearLayers;
import io.halftone.io.onnx.OnnxLinear;
import io.halftone.io.onnx.OnnxModel;
import io.halftone.io.onnx.OnnxSites;
import io.halftone.io.onnx.OnnxWeights;
import java.nio.file.Path;
import java.util.List;

/**
 * An ONNX model opened for quantization.
 *
 * @param path of the file
 * @param model read from it
 * @param linears its linear layers with constant weights
 * @param graph the same as calibration sees them
 * @param weights of the linears
 */
record OnnxSource(
    Path path, OnnxModel model, List<OnnxLinear> linears, ModelGraph graph, OnnxWeights weights) {

  /**
   * Opens a model.
   *
   * @throws InputException if the file is not a model, or has no linear layer to quantize
   */
  static OnnxSource open(Path path) {
    OnnxModel model = InputException.reading("the model", () -> OnnxModel.read(path));
    List<OnnxLinear> linears = LinearLayers.find(model.graph());
    if (linears.isEmpty()) {
      throw new InputException(
          path
              + " has no linear layer: no MatMul or Gemm with a constant float weight; nothing to quantize");
    }
    List<String> names = linears.stream().map(OnnxLinear::name).toList();
    Block block = new Block("model", names, OnnxSites.find(model.graph(), linears));
    return new OnnxSource(
        path, model, linears, new ModelGraph(List.of(block)), new OnnxWeights(model, linears));
  }

  /**
   * Checks what can be known of the chosen layers before any input is run: that their weights are
   * finite and that the scheme's groups fit.
   *
   * @throws InputException if a group size does not divide; names the layer
   * @throws io.halftone.core.spi.QuantizationException if a weight is not finite; names layer, row
   *     and column
   */
  void require(NameFilter layers, LayerScheme scheme) {
    for (OnnxLinear linear : linears) {
      if (layers.accepts(linear.name())) {
        FloatMatrix weight = InputException.reading("the model", () -> weights.read(linear.name()));
        LinearTask task = LinearTask.of(linear.name(), weight, scheme, StatisticsView.NONE);
        task.requireFiniteWeight();
        requireGroups(task);
      }
    }
  }

  private static void requireGroups(LinearTask task) {
    if (task.scheme().weight().granularity() instanceof Granularity.PerGroup groups
        && groups.remainder() == Remainder.REFUSE
        && task.in() % groups.size() != 0) {
      throw new InputException(
          "layer "
              + task.name()
              + ": group size "
              + groups.size()
              + " does not divide "
              + task.in()
              + " input channels; choose a divisor, or give --short-last-group");
    }
  }

  /** Number of weights in the linears. */
  long weightCount() {
    return linears.stream().mapToLong(linear -> (long) linear.in() * linear.out()).sum();
  }

  /** The name people know the model by. */
  String displayName() {
    return path.getFileName().toString();
  }
}
