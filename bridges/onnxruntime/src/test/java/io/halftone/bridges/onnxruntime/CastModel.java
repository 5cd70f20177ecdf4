package io.halftone.bridges.onnxruntime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.halftone.io.onnx.proto.AttributeProto;
import io.halftone.io.onnx.proto.GraphProto;
import io.halftone.io.onnx.proto.ModelProto;
import io.halftone.io.onnx.proto.NodeProto;
import io.halftone.io.onnx.proto.OperatorSetIdProto;
import io.halftone.io.onnx.proto.TensorShapeProto;
import io.halftone.io.onnx.proto.TypeProto;
import io.halftone.io.onnx.proto.ValueInfoProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Models that cast float32 to another element type, and perhaps back. */
final class CastModel {
  private static final int FLOAT = 1;
  private static final int IR_VERSION = 11;

  private CastModel() {}

  /** The element of an ONNX type that a float32 becomes, as little-endian bytes. */
  static ByteBuffer codes(int type, int opset, Attribute attribute, float[] x)
      throws IOException, OrtException {
    GraphProto.Builder graph = graph(type).addNode(cast("x", "y", type, attribute));
    return run(graph, opset, x);
  }

  /** The float32 that such an element becomes in turn. */
  static FloatBuffer values(int type, int opset, Attribute attribute, float[] x)
      throws IOException, OrtException {
    GraphProto.Builder graph =
        graph(FLOAT)
            .addNode(cast("x", "code", type, attribute))
            .addNode(cast("code", "y", FLOAT, new Attribute("saturate", 1, "")));
    return run(graph, opset, x).asFloatBuffer();
  }

  /** An attribute of the node: a number, or a text if there is one. */
  record Attribute(String name, int number, String text) {
    /** Tag of the field that holds a text. */
    private static final byte TEXT = 4 << 3 | 2;

    static Attribute saturate(boolean saturate) {
      return new Attribute("saturate", saturate ? 1 : 0, "");
    }

    AttributeProto proto() throws IOException {
      if (text.isEmpty()) {
        return AttributeProto.newBuilder()
            .setName(name)
            .setType(AttributeProto.Type.INT)
            .setI(number)
            .build();
      }
      byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
      ByteBuffer wire = ByteBuffer.allocate(2 + bytes.length);
      wire.put(TEXT).put((byte) bytes.length).put(bytes);
      return AttributeProto.parseFrom(wire.array()).toBuilder()
          .setName(name)
          .setType(AttributeProto.Type.STRING)
          .build();
    }
  }

  private static GraphProto.Builder graph(int type) {
    return GraphProto.newBuilder()
        .setName("cast")
        .addInput(value("x", FLOAT))
        .addOutput(value("y", type));
  }

  private static NodeProto cast(String input, String output, int type, Attribute attribute)
      throws IOException {
    AttributeProto.Builder to =
        AttributeProto.newBuilder().setName("to").setType(AttributeProto.Type.INT).setI(type);
    return NodeProto.newBuilder()
        .setOpType("Cast")
        .setName(output)
        .addInput(input)
        .addOutput(output)
        .addAttribute(to)
        .addAttribute(attribute.proto())
        .build();
  }

  private static ValueInfoProto value(String name, int type) {
    TensorShapeProto.Builder shape =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("n"));
    TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder().setElemType(type);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor.setShape(shape)))
        .build();
  }

  private static ByteBuffer run(GraphProto.Builder graph, int opset, float[] x)
      throws OrtException {
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset))
            .setGraph(graph)
            .build();
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] shape = {x.length};
    try (OrtSession session = environment.createSession(model.toByteArray());
        OnnxTensor input = OnnxTensor.createTensor(environment, FloatBuffer.wrap(x), shape);
        OrtSession.Result result = session.run(Map.of("x", input))) {
      ByteBuffer bytes = ((OnnxTensor) result.get(0)).getByteBuffer();
      ByteBuffer copy = ByteBuffer.allocate(bytes.remaining()).order(ByteOrder.LITTLE_ENDIAN);
      return copy.put(bytes).flip();
    }
  }
}
