package io.halftone.cli;

import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.npy.NpyFile;
import io.halftone.io.onnx.ElementType;
import io.halftone.io.onnx.OnnxModel;
import io.halftone.io.onnx.proto.AttributeProto;
import io.halftone.io.onnx.proto.GraphProto;
import io.halftone.io.onnx.proto.ModelProto;
import io.halftone.io.onnx.proto.NodeProto;
import io.halftone.io.onnx.proto.OperatorSetIdProto;
import io.halftone.io.onnx.proto.TensorProto;
import io.halftone.io.onnx.proto.TensorShapeProto;
import io.halftone.io.onnx.proto.TypeProto;
import io.halftone.io.onnx.proto.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Builds ONNX models of a few nodes. */
final class TinyModel {
  /** Channels of input and output of {@link #mlp}. */
  static final int IN = 64;

  /** Channels between its layers. */
  static final int HIDDEN = 96;

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("tiny");

  /** A pre-norm block of two layers with random weights. */
  static TinyModel mlp() {
    return mlp(random(1, IN, HIDDEN), random(2, IN, HIDDEN));
  }

  /**
   * x [batch, 64] → LayerNormalization → n → MatMul "up" → h → Relu → r → Gemm "down" → y.
   *
   * @param up [64, 96], as MatMul stores it
   * @param down [64, 96], as a Gemm with transB stores it
   */
  static TinyModel mlp(FloatMatrix up, FloatMatrix down) {
    float[] gamma = new float[IN];
    for (int c = 0; c < IN; c++) {
      gamma[c] = c % 7 == 0 ? 4 : 1 + c / 100f;
    }
    return new TinyModel()
        .input("x", ElementType.FLOAT, -1, IN)
        .output("y", ElementType.FLOAT, -1, IN)
        .constant("gamma", FloatMatrix.wrap(gamma, 1, IN), IN)
        .constant("beta", random(4, 1, IN), IN)
        .constant("up.weight", up, IN, HIDDEN)
        .constant("down.weight", down, IN, HIDDEN)
        .constant("down.bias", random(3, 1, IN), IN)
        .node("LayerNormalization", "norm", "n", List.of("x", "gamma", "beta"))
        .node("MatMul", "up", "h", List.of("n", "up.weight"))
        .node("Relu", "relu", "r", List.of("h"))
        .node("Gemm", "down", "y", List.of("r", "down.weight", "down.bias"), transB());
  }

  /**
   * x [batch, in] → MatMul "only" → y [batch, out].
   *
   * @param weight [in, out]
   */
  static TinyModel single(FloatMatrix weight) {
    return new TinyModel()
        .input("x", ElementType.FLOAT, -1, weight.rows())
        .output("y", ElementType.FLOAT, -1, weight.cols())
        .constant("only.weight", weight, weight.rows(), weight.cols())
        .node("MatMul", "only", "y", List.of("x", "only.weight"));
  }

  /** input_ids [batch, length] → Gather → MatMul "only" → y [batch, length, 32]. */
  static TinyModel embedding() {
    return new TinyModel()
        .input("input_ids", ElementType.INT64, -1, -1)
        .output("y", ElementType.FLOAT, -1, -1, 32)
        .constant("table", random(5, 8, 32), 8, 32)
        .constant("only.weight", random(6, 32, 32), 32, 32)
        .node("Gather", "lookup", "e", List.of("table", "input_ids"))
        .node("MatMul", "only", "y", List.of("e", "only.weight"));
  }

  TinyModel node(
      String type, String name, String output, List<String> inputs, AttributeProto... attributes) {
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(type)
            .setName(name)
            .addAllInput(inputs)
            .addOutput(output)
            .addAllAttribute(List.of(attributes)));
    return this;
  }

  TinyModel constant(String name, FloatMatrix values, long... shape) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(ElementType.FLOAT.id());
    Arrays.stream(shape).forEach(tensor::addDims);
    for (float value : values.data()) {
      tensor.addFloatData(value);
    }
    graph.addInitializer(tensor);
    return this;
  }

  TinyModel input(String name, ElementType type, long... shape) {
    graph.addInput(value(name, type, shape));
    return this;
  }

  TinyModel output(String name, ElementType type, long... shape) {
    graph.addOutput(value(name, type, shape));
    return this;
  }

  private static ValueInfoProto value(String name, ElementType type, long... shape) {
    TensorShapeProto.Builder dims = TensorShapeProto.newBuilder();
    for (int d = 0; d < shape.length; d++) {
      TensorShapeProto.Dimension.Builder dim = TensorShapeProto.Dimension.newBuilder();
      dims.addDim(shape[d] < 0 ? dim.setDimParam("d" + d) : dim.setDimValue(shape[d]));
    }
    TypeProto.Tensor tensor =
        TypeProto.Tensor.newBuilder().setElemType(type.id()).setShape(dims).build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  private static AttributeProto transB() {
    return AttributeProto.newBuilder()
        .setName("transB")
        .setType(AttributeProto.Type.INT)
        .setI(1)
        .build();
  }

  Path write(Path file) throws IOException {
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(17))
            .setGraph(graph)
            .build();
    OnnxModel.of(model, file.getParent()).write(file);
    return file;
  }

  /** Normal values, reproducible. */
  static FloatMatrix random(long seed, int rows, int cols) {
    Random random = new Random(seed);
    FloatMatrix matrix = FloatMatrix.zeros(rows, cols);
    for (int i = 0; i < rows * cols; i++) {
      matrix.data()[i] = (float) random.nextGaussian();
    }
    return matrix;
  }

  /** Writes values as an {@code .npy} file. */
  static Path npy(Path file, FloatMatrix values) throws IOException {
    NpyFile.write(file, values);
    return file;
  }
}
