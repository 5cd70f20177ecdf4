package io.halftone.io.onnx;

import io.halftone.core.format.NumberFormat;
import io.halftone.core.model.StoredTensor;
import io.halftone.io.onnx.proto.GraphProto;
import io.halftone.io.onnx.proto.ModelProto;
import io.halftone.io.onnx.proto.NodeProto;
import io.halftone.io.onnx.proto.OperatorSetIdProto;
import io.halftone.io.onnx.proto.TensorProto;
import io.halftone.io.onnx.proto.TensorShapeProto;
import io.halftone.io.onnx.proto.TypeProto;
import io.halftone.io.onnx.proto.ValueInfoProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Builds an ONNX model of linears that stand side by side: a {@code MatMulNBits} node for each,
 * from an input {@code <name>.input} [tokens, in] to an output {@code <name>.output} [tokens, out].
 *
 * <p>The node multiplies float32 with float32 scales, so scales of 16 bits are widened; their type
 * is the initializer's {@code doc_string}.
 */
public final class LinearsModel {
  private static final int IR_VERSION = 10;
  private static final int OPSET = 21;
  private static final String DOMAIN = "com.microsoft";
  private static final int FULL_PRECISION_INPUT = 1;
  private static final List<String> PARTS = List.of("B", "scales", "zero_points", "", "bias");
  private static final List<String> FLOATS = List.of("scales", "bias");

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("linears");
  private final Map<String, String> remarks = new LinkedHashMap<>();

  /** Starts without a node. */
  public LinearsModel() {}

  /** Adds a tensor that no node reads. */
  public void add(StoredTensor tensor) throws IOException {
    graph.addInitializer(OnnxConstants.proto(tensor));
  }

  /** Adds a line to the file's metadata. */
  public void remark(String key, String text) {
    remarks.put(key, text);
  }

  /**
   * Adds a layer.
   *
   * @param name of the layer
   * @param in its inputs
   * @param parts as the codec {@code matmulnbits} gives them
   */
  public void add(String name, int in, List<StoredTensor> parts) throws IOException {
    Map<String, StoredTensor> byPart = new LinkedHashMap<>();
    for (StoredTensor tensor : parts) {
      String part = tensor.name().substring(name.length() + 1);
      byPart.put(part, tensor);
      graph.addInitializer(FLOATS.contains(part) ? widened(tensor) : OnnxConstants.proto(tensor));
    }
    StoredTensor codes = byPart.get("B");
    long out = codes.shape().get(0);
    long block = in / codes.shape().get(1);
    long bits = codes.shape().get(2) * Byte.SIZE / block;
    List<String> inputs = new ArrayList<>(List.of(name + ".input"));
    for (String part : PARTS) {
      inputs.add(byPart.containsKey(part) ? name + "." + part : "");
    }
    while (inputs.get(inputs.size() - 1).isEmpty()) {
      inputs.remove(inputs.size() - 1);
    }
    NodeProto.Builder node =
        OnnxNodes.node("MatMulNBits", name, inputs, name + ".output")
            .setDomain(DOMAIN)
            .addAttribute(OnnxNodes.integer("K", in))
            .addAttribute(OnnxNodes.integer("N", out))
            .addAttribute(OnnxNodes.integer("bits", bits))
            .addAttribute(OnnxNodes.integer("block_size", block))
            .addAttribute(OnnxNodes.integer("accuracy_level", FULL_PRECISION_INPUT));
    graph.addNode(node);
    graph.addInput(matrix(name + ".input", in));
    graph.addOutput(matrix(name + ".output", out));
  }

  private static ValueInfoProto matrix(String name, long cols) {
    TensorShapeProto shape =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("tokens"))
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(cols))
            .build();
    TypeProto.Tensor type =
        TypeProto.Tensor.newBuilder().setElemType(ElementType.FLOAT.id()).setShape(shape).build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }

  private static TensorProto widened(StoredTensor tensor) throws IOException {
    if (tensor.type().equals("F32")) {
      return OnnxConstants.proto(tensor);
    }
    NumberFormat format = NumberFormat.named(tensor.type());
    ByteBuffer data = tensor.data().duplicate().rewind().order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[data.limit() / Short.BYTES];
    for (int i = 0; i < values.length; i++) {
      values[i] = format.decode(Short.toUnsignedInt(data.getShort()));
    }
    long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
    return OnnxNodes.floats(tensor.name(), values, shape).toBuilder()
        .setDocString(tensor.type())
        .build();
  }

  /**
   * The model.
   *
   * @throws IOException if its tensors are not what ONNX allows
   */
  public OnnxModel build() throws IOException {
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("halftone")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(DOMAIN).setVersion(1))
            .setGraph(graph);
    remarks.forEach((key, text) -> model.addMetadataProps(OnnxWriter.entry(key, text)));
    return OnnxModel.of(model.build(), Path.of("."));
  }
}
