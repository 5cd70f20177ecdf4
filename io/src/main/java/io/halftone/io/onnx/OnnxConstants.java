package io.halftone.io.onnx;

import com.google.protobuf.UnsafeByteOperations;
import io.halftone.core.model.StoredTensor;
import io.halftone.io.TensorEntry;
import io.halftone.io.onnx.proto.TensorProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A model's initializers in the terms of safetensors: {@code F16}, {@code I32} and so on. */
public final class OnnxConstants {
  private static final Map<String, ElementType> TYPES =
      Map.ofEntries(
          Map.entry("F32", ElementType.FLOAT),
          Map.entry("F16", ElementType.FLOAT16),
          Map.entry("BF16", ElementType.BFLOAT16),
          Map.entry("F64", ElementType.DOUBLE),
          Map.entry("U8", ElementType.UINT8),
          Map.entry("I8", ElementType.INT8),
          Map.entry("U16", ElementType.UINT16),
          Map.entry("I16", ElementType.INT16),
          Map.entry("U32", ElementType.UINT32),
          Map.entry("I32", ElementType.INT32),
          Map.entry("U64", ElementType.UINT64),
          Map.entry("I64", ElementType.INT64),
          Map.entry("BOOL", ElementType.BOOL));
  private static final Set<String> NARROW_FLOATS = Set.of("F16", "BF16");

  private final OnnxModel model;
  private final Map<String, TensorProto> tensors = new LinkedHashMap<>();

  /** The initializers of a model. */
  public OnnxConstants(OnnxModel model) {
    this.model = model;
    model
        .proto()
        .getGraph()
        .getInitializerList()
        .forEach(tensor -> tensors.put(tensor.getName(), tensor));
  }

  /** Names, in the file's order. */
  public List<String> names() {
    return List.copyOf(tensors.keySet());
  }

  /**
   * Type and shape of an initializer.
   *
   * @throws IllegalArgumentException if there is no such initializer
   */
  public TensorEntry info(String name) {
    TensorProto tensor = tensor(name);
    long elements = tensor.getDimsList().stream().reduce(1L, (a, b) -> a * b);
    long bits = ElementType.of(tensor.getDataType()).map(ElementType::bits).orElse(0);
    return new TensorEntry(name, type(tensor), tensor.getDimsList(), elements * bits / Byte.SIZE);
  }

  /**
   * The type that {@link LinearsModel} widened from, else the initializer's own.
   *
   * @throws IllegalArgumentException if there is no such initializer
   */
  public String saidType(String name) {
    TensorProto tensor = tensor(name);
    return NARROW_FLOATS.contains(tensor.getDocString()) ? tensor.getDocString() : type(tensor);
  }

  /**
   * The bytes of an initializer.
   *
   * @throws IOException if it cannot be read, or is of a type that safetensors files do not have
   */
  public StoredTensor read(String name) throws IOException {
    TensorProto tensor = tensor(name);
    ElementType type = TYPES.get(type(tensor));
    if (type == null) {
      throw new IOException(
          model.source() + ": tensor " + name + " of type " + type(tensor) + " is not copied");
    }
    long bytes = TensorReader.rawBytes(TensorReader.elements(tensor), type);
    return new StoredTensor(
        name, type(tensor), tensor.getDimsList(), raw(tensor, type, Math.toIntExact(bytes)));
  }

  /** Files may list values one by one instead of as bytes. */
  private ByteBuffer raw(TensorProto tensor, ElementType type, int bytes) throws IOException {
    if (tensor.hasRawData() || ExternalData.isExternal(tensor)) {
      return model.reader().raw(tensor, 0, bytes);
    }
    ByteBuffer data = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    switch (type) {
      case FLOAT -> tensor.getFloatDataList().forEach(data::putFloat);
      case DOUBLE -> tensor.getDoubleDataList().forEach(data::putDouble);
      case INT64 -> tensor.getInt64DataList().forEach(data::putLong);
      case UINT64 -> tensor.getUint64DataList().forEach(data::putLong);
      case UINT32 -> tensor.getUint64DataList().forEach(value -> data.putInt(value.intValue()));
      case INT32 -> tensor.getInt32DataList().forEach(data::putInt);
      case UINT8, INT8, BOOL ->
          tensor.getInt32DataList().forEach(value -> data.put(value.byteValue()));
      default -> tensor.getInt32DataList().forEach(value -> data.putShort(value.shortValue()));
    }
    return data.flip();
  }

  private TensorProto tensor(String name) {
    TensorProto tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(model.source() + " has no initializer " + name);
    }
    return tensor;
  }

  private static String type(TensorProto tensor) {
    return TYPES.entrySet().stream()
        .filter(entry -> entry.getValue().id() == tensor.getDataType())
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse("ONNX type " + tensor.getDataType());
  }

  static TensorProto proto(StoredTensor tensor) throws IOException {
    ElementType type = TYPES.get(tensor.type());
    if (type == null) {
      throw new IOException(
          "tensor " + tensor.name() + " has type " + tensor.type() + ", which ONNX has not");
    }
    ByteBuffer data = tensor.data().duplicate().rewind().order(ByteOrder.LITTLE_ENDIAN);
    return TensorProto.newBuilder()
        .setName(tensor.name())
        .setDataType(type.id())
        .addAllDims(tensor.shape())
        .setRawData(UnsafeByteOperations.unsafeWrap(data))
        .build();
  }
}
