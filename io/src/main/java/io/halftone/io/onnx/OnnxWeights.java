package io.halftone.io.onnx;

import io.halftone.core.model.TensorInfo;
import io.halftone.core.model.WeightSource;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.onnx.OnnxLinear.Orientation;
import io.halftone.io.onnx.proto.TensorProto;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The weights of a model's linear layers as [out, in] float32, by {@link OnnxLinear#name}. */
public final class OnnxWeights implements WeightSource {
  private final OnnxModel model;
  private final Map<String, OnnxLinear> linears = new LinkedHashMap<>();

  /** The weights of some layers of a model, usually all that {@link LinearLayers} finds. */
  public OnnxWeights(OnnxModel model, List<OnnxLinear> linears) {
    this.model = model;
    linears.forEach(l -> this.linears.put(l.name(), l));
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(linears.keySet());
  }

  @Override
  public TensorInfo info(String name) {
    OnnxLinear linear = linear(name);
    return new TensorInfo(name, linear.out(), linear.in());
  }

  /**
   * {@inheritDoc} A weight stored as [in, out] is transposed; cost O(in) readings of {@code toRow -
   * fromRow} values.
   */
  @Override
  public FloatMatrix read(String name, int fromRow, int toRow) throws IOException {
    OnnxLinear linear = linear(name);
    Objects.checkFromToIndex(fromRow, toRow, linear.out());
    TensorProto weight = model.constant(linear.weightInitializer());
    TensorReader reader = model.reader();
    int rows = toRow - fromRow;
    FloatMatrix stored =
        linear.weight() == Orientation.OUT_IN
            ? FloatMatrix.zeros(rows, linear.in())
            : FloatMatrix.zeros(linear.in(), rows);
    if (linear.weight() == Orientation.OUT_IN) {
      reader.floats(weight, (long) fromRow * linear.in(), stored.data().length, stored.data(), 0);
      return stored;
    }
    if (rows == linear.out()) {
      reader.floats(weight, 0, stored.data().length, stored.data(), 0);
    } else {
      for (int k = 0; k < linear.in(); k++) {
        reader.floats(
            weight, (long) k * linear.out() + fromRow, rows, stored.data(), stored.offset(k));
      }
    }
    return stored.transpose();
  }

  /** {@inheritDoc} That is what the node itself adds: a Gemm's C; a MatMul's is empty. */
  @Override
  public float[] bias(String name) throws IOException {
    OnnxLinear linear = linear(name);
    return linear.biasInitializer().isPresent()
        ? model.floats(linear.biasInitializer().get())
        : new float[0];
  }

  /** Does nothing: files are open only while they are read. */
  @Override
  public void close() {}

  private OnnxLinear linear(String name) {
    OnnxLinear linear = linears.get(name);
    if (linear == null) {
      throw new IllegalArgumentException(model.source() + " has no linear layer " + name);
    }
    return linear;
  }
}
