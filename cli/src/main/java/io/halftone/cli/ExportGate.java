package io.halftone.cli;

import io.halftone.bridges.onnxruntime.CheckedLayer;
import io.halftone.bridges.onnxruntime.ChildRuntime;
import io.halftone.bridges.onnxruntime.ExportCheck;
import io.halftone.bridges.onnxruntime.ExportCheckResult;
import io.halftone.bridges.onnxruntime.ModelInputs;
import io.halftone.core.kernel.LinearAlgebra;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.io.onnx.OnnxLinear;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * No export is reported as done before ONNX Runtime, in a child process, has computed what Halftone
 * says it computes.
 */
final class ExportGate {
  /** Largest ‖y − ŷ‖ / ‖y‖ of a layer that the runtime computes in float. */
  static final double FLOAT_BOUND = 1e-4;

  /** The same for 8-bit inputs, where a value on a rounding boundary may take either code. */
  static final double INT8_BOUND = 1e-3;

  private ExportGate() {}

  /**
   * Runs the exported file.
   *
   * @param file exported, not yet published
   * @param inputs a few are enough
   * @return the largest relative error of a layer
   * @throws IOException if the runtime cannot run the file, or disagrees; names the layer, its
   *     error and the bound
   */
  static ExportCheckResult check(
      Path file,
      OnnxSource source,
      List<QuantizedLinear> quantized,
      ModelInputs inputs,
      LinearAlgebra algebra)
      throws IOException {
    Map<String, OnnxLinear> linears =
        source.linears().stream().collect(Collectors.toMap(OnnxLinear::name, Function.identity()));
    List<CheckedLayer> layers = new ArrayList<>();
    boolean floats = true;
    for (QuantizedLinear layer : quantized) {
      OnnxLinear linear = linears.get(layer.name());
      layers.add(
          new CheckedLayer(
              layer, linear.input(), linear.output(), linear.biasInitializer().isPresent()));
      floats &= layer.input().isFull();
    }
    ExportCheckResult result = ExportCheck.run(ChildRuntime.of(file), layers, inputs, algebra);
    double bound = floats ? FLOAT_BOUND : INT8_BOUND;
    if (!(result.maxRelativeError() <= bound)) {
      throw new IOException(
          "ONNX Runtime disagrees with the quantized layer "
              + result.worstLayer()
              + ": relative error "
              + result.maxRelativeError()
              + ", at most "
              + bound
              + " is accepted; nothing was written");
    }
    return result;
  }
}
