package io.halftone.bridges.onnxruntime;

import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.onnx.ElementType;
import io.halftone.io.onnx.OnnxModel;
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
import java.util.List;
import java.util.Random;

/** Models of a few nodes. */
final class TinyModels {
  private TinyModels() {}

  /**
   * x [batch, length, in] → layer "first" → h → Relu → a → layer "second" → y.
   *
   * @param first [hidden, in]
   * @param second [out, hidden]
   */
  static Path mlp(Path file, FloatMatrix first, FloatMatrix second) throws IOException {
    GraphProto.Builder graph = GraphProto.newBuilder().setName("mlp");
    graph.addInput(value("x", ElementType.FLOAT, -1, -1, first.cols()));
    graph.addOutput(value("y", ElementType.FLOAT, -1, -1, second.rows()));
    graph
        .addInitializer(weight("first.weight", first))
        .addInitializer(weight("second.weight", second));
    graph.addNode(node("MatMul", "first", List.of("x", "first.weight"), "h"));
    graph.addNode(node("Relu", "relu", List.of("h"), "a"));
    graph.addNode(node("MatMul", "second", List.of("a", "second.weight"), "y"));
    return write(file, graph);
  }

  /** x of a type and shape → Identity → y. */
  static Path identity(Path file, ElementType type, long... shape) throws IOException {
    GraphProto.Builder graph = GraphProto.newBuilder().setName("identity");
    graph.addInput(value("x", type, shape)).addOutput(value("y", type, shape));
    graph.addNode(node("Identity", "copy", List.of("x"), "y"));
    return write(file, graph);
  }

  static FloatMatrix random(long seed, int rows, int cols) {
    Random random = new Random(seed);
    FloatMatrix matrix = FloatMatrix.zeros(rows, cols);
    for (int i = 0; i < rows * cols; i++) {
      matrix.data()[i] = (float) random.nextGaussian();
    }
    return matrix;
  }

  private static Path write(Path file, GraphProto.Builder graph) throws IOException {
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(13))
            .setGraph(graph)
            .build();
    OnnxModel.of(model, file.getParent()).write(file);
    return file;
  }

  private static TensorProto weight(String name, FloatMatrix weight) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(ElementType.FLOAT.id())
            .addDims(weight.cols())
            .addDims(weight.rows());
    for (float element : weight.transpose().data()) {
      tensor.addFloatData(element);
    }
    return tensor.build();
  }

  private static NodeProto node(String type, String name, List<String> inputs, String output) {
    return NodeProto.newBuilder()
        .setOpType(type)
        .setName(name)
        .addAllInput(inputs)
        .addOutput(output)
        .build();
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
}
