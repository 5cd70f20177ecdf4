package io.halftone.io.onnx;

import com.google.protobuf.UnsafeByteOperations;
import io.halftone.io.onnx.proto.AttributeProto;
import io.halftone.io.onnx.proto.NodeProto;
import io.halftone.io.onnx.proto.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** Short forms for the messages that edits are made of. */
final class OnnxNodes {
  private OnnxNodes() {}

  static NodeProto.Builder node(String type, String name, List<String> inputs, String output) {
    return NodeProto.newBuilder()
        .setOpType(type)
        .setName(name)
        .addAllInput(inputs)
        .addOutput(output);
  }

  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.Type.INT)
        .setI(value)
        .build();
  }

  static AttributeProto integers(String name, long... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.Type.INTS);
    Arrays.stream(values).forEach(attribute::addInts);
    return attribute.build();
  }

  static TensorProto floats(String name, float[] values, long... shape) {
    ByteBuffer data =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return tensor(name, ElementType.FLOAT, data.array(), shape);
  }

  static TensorProto longs(String name, List<Long> values) {
    ByteBuffer data =
        ByteBuffer.allocate(values.size() * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    values.forEach(data::putLong);
    return tensor(name, ElementType.INT64, data.array(), values.size());
  }

  /** A tensor over raw bytes, taken over without a copy. */
  static TensorProto tensor(String name, ElementType type, byte[] raw, long... shape) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(type.id());
    Arrays.stream(shape).forEach(tensor::addDims);
    return tensor.setRawData(UnsafeByteOperations.unsafeWrap(raw)).build();
  }
}
