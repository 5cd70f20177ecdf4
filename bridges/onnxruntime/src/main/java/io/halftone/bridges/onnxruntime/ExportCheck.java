package io.halftone.bridges.onnxruntime;

import io.halftone.core.kernel.LinearAlgebra;
import io.halftone.core.stats.ActivationBatch;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.npy.NpyArray;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Runs an exported model in a child process and compares each quantized layer with its emulation on
 * the same input.
 *
 * <p>Where the runtime computes in float, the difference is rounding, about 1e-6. Where it
 * quantizes activations, a value on a rounding boundary may fall to the other side because the
 * runtime divides in another order; such a token then differs by a code step in one channel, so a
 * bound must allow for a few of them.
 */
public final class ExportCheck {
  private final List<CheckedLayer> layers;
  private final LinearAlgebra algebra;
  private final Map<String, RelativeError> errors = new LinkedHashMap<>();
  private final Map<String, RelativeError> outputs = new LinkedHashMap<>();
  private long tokens;

  private ExportCheck(List<CheckedLayer> layers, LinearAlgebra algebra) {
    this.layers = layers;
    this.algebra = algebra;
    layers.forEach(checked -> errors.put(checked.layer().name(), new RelativeError()));
  }

  /**
   * Measures every layer. The cost is that of running the layers in Java over all inputs: a few
   * batches are enough.
   *
   * @param runtime the exported file
   * @param layers at least one, of different names
   * @param inputs of the model, not closed
   * @param algebra for the emulation
   * @throws IllegalArgumentException if there is no layer
   * @throws IOException if the child fails, or a layer's tensor is missing or of another size than
   *     the layer
   */
  public static ExportCheckResult run(
      ChildRuntime runtime, List<CheckedLayer> layers, ModelInputs inputs, LinearAlgebra algebra)
      throws IOException {
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("there is no layer to check");
    }
    ExportCheck check = new ExportCheck(layers, algebra);
    TreeSet<String> tensors = new TreeSet<>();
    layers.forEach(checked -> tensors.addAll(List.of(checked.input(), checked.output())));
    runtime.streamExposed(inputs, List.copyOf(tensors), check::add);
    return check.result();
  }

  private void add(InputBatch batch, Map<String, FloatTensor> own, Map<String, FloatTensor> exposed)
      throws IOException {
    for (Map.Entry<String, FloatTensor> output : own.entrySet()) {
      outputs
          .computeIfAbsent(output.getKey(), name -> new RelativeError())
          .add(output.getValue().data(), exposed.get(output.getKey()).data());
    }
    Map<String, ActivationBatch> rows = new LinkedHashMap<>();
    for (CheckedLayer checked : layers) {
      FloatMatrix x = rows(checked.input(), batch, exposed, rows);
      FloatMatrix y = rows(checked.output(), batch, exposed, rows);
      require(checked, x, y);
      errors
          .get(checked.layer().name())
          .add(y.data(), checked.comparable().apply(x, algebra).data());
    }
    tokens += rows.get(layers.get(0).input()).x().rows();
  }

  private static FloatMatrix rows(
      String name,
      InputBatch batch,
      Map<String, FloatTensor> exposed,
      Map<String, ActivationBatch> done)
      throws IOException {
    if (!done.containsKey(name)) {
      FloatTensor tensor = exposed.get(name);
      if (tensor == null) {
        NpyArray fed = batch.tensors().get(name);
        tensor = new FloatTensor(fed.shape(), fed.toFloats());
      }
      FloatTensor own = new FloatTensor(tensor.shape(), tensor.data().clone());
      done.put(name, TokenRows.of(name, own, batch));
    }
    return done.get(name).x();
  }

  private static void require(CheckedLayer checked, FloatMatrix x, FloatMatrix y)
      throws IOException {
    if (x.cols() != checked.layer().in()
        || y.cols() != checked.layer().out()
        || x.rows() != y.rows()) {
      throw new IOException(
          "layer "
              + checked.layer().name()
              + " ["
              + checked.layer().out()
              + ", "
              + checked.layer().in()
              + "] stands between tensors "
              + checked.input()
              + " "
              + x
              + " and "
              + checked.output()
              + " "
              + y);
    }
  }

  private ExportCheckResult result() {
    Map<String, Double> values = new LinkedHashMap<>();
    String worst = layers.get(0).layer().name();
    for (Map.Entry<String, RelativeError> entry : errors.entrySet()) {
      values.put(entry.getKey(), entry.getValue().value());
      worst = values.get(entry.getKey()) > values.get(worst) ? entry.getKey() : worst;
    }
    double difference = outputs.values().stream().mapToDouble(RelativeError::value).max().orElse(0);
    return new ExportCheckResult(values.get(worst), worst, values, tokens, difference);
  }
}
