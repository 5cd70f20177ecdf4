package io.halftone.io.onnx;

import io.halftone.core.format.Formats;
import io.halftone.core.format.IntFormat;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.quantized.Codes;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.Remainder;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.Timing;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.io.onnx.proto.AttributeProto;
import io.halftone.io.onnx.proto.NodeProto;
import io.halftone.io.onnx.proto.TensorProto;
import io.halftone.io.pack.BitOrder;
import io.halftone.io.pack.BitPacker;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads the constants of one node as the weight they stand for, the inverse of {@link
 * MatMulNBitsForm}, {@link MatMulBnb4Form} and {@link DequantizeLinearForm}.
 *
 * @param model that holds the constants
 * @param node whose inputs they are
 */
record StoredWeights(OnnxModel model, NodeProto node) {

  /** Codes without zero points become signed ones around 0. */
  GridTensor matMulNBits() throws IOException {
    int in = attribute("K", 0);
    int out = attribute("N", 0);
    int bits = attribute("bits", 4);
    int block = attribute("block_size", 0);
    require(in > 0 && out > 0 && block > 0 && bits <= 8, "sizes are not positive");
    require(!has(4), "g_idx orders its codes, which is not read");
    int blocks = (in + block - 1) / block;
    BitPacker packer = new BitPacker(BitOrder.BYTES, bits);
    int blob = packer.bytes(block);
    byte[] packed = bytes(1, (long) out * blocks * blob);
    boolean zeros = has(3);
    short[] codes = new short[Math.multiplyExact(out, in)];
    for (int row = 0; row < out; row++) {
      short[] stored = packer.unpack(packed, row * blocks * blob, blocks * block, false);
      for (int c = 0; c < in; c++) {
        codes[row * in + c] = (short) (stored[c] - (zeros ? 0 : 1 << (bits - 1)));
      }
    }
    float[] scale = floats(2, (long) out * blocks);
    return integers(
        new Shape(out, in, block),
        new IntFormat(bits, !zeros),
        codes,
        scale,
        zeros ? zeros(out, blocks, bits) : new float[scale.length]);
  }

  /** The bias of a MatMulNBits; empty without one. */
  float[] bias() throws IOException {
    return has(5) ? floats(5, attribute("N", 0)) : new float[0];
  }

  private float[] zeros(int out, int blocks, int bits) throws IOException {
    if (input(3).getDataType() != ElementType.UINT8.id()) {
      return floats(3, (long) out * blocks);
    }
    BitPacker packer = new BitPacker(BitOrder.BYTES, bits);
    int rowBytes = packer.bytes(blocks);
    byte[] packed = bytes(3, (long) out * rowBytes);
    float[] zeros = new float[out * blocks];
    for (int row = 0; row < out; row++) {
      short[] stored = packer.unpack(packed, row * rowBytes, blocks, false);
      for (int b = 0; b < blocks; b++) {
        zeros[row * blocks + b] = stored[b];
      }
    }
    return zeros;
  }

  GridTensor matMulBnb4() throws IOException {
    int in = attribute("K", 0);
    int out = attribute("N", 0);
    int block = attribute("block_size", 0);
    int type = attribute("quant_type", 0);
    require(in > 0 && out > 0 && block > 0, "sizes are not positive");
    require(in % block == 0, "blocks of " + block + " do not divide rows of " + in);
    Bnb4Type table =
        Bnb4Type.ofId(type)
            .orElseThrow(() -> new IllegalArgumentException("quant_type is " + type));
    short[] codes = new short[Math.multiplyExact(out, in)];
    byte[] packed = bytes(1, (codes.length + 1L) / 2);
    for (int i = 0; i < codes.length; i++) {
      codes[i] = table.code(packed[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15);
    }
    float[] scale = floats(2, (long) codes.length / block);
    return grid(
        new Shape(out, in, block),
        table.format(),
        codes,
        scale,
        new float[scale.length],
        ZeroPoint.NONE);
  }

  /** The weight is stored as [in, out]. */
  GridTensor dequantizeLinear() throws IOException {
    TensorProto stored = input(0);
    require(stored.getDimsCount() == 2, "the weight has " + stored.getDimsCount() + " dimensions");
    int in = Math.toIntExact(stored.getDims(0));
    int out = Math.toIntExact(stored.getDims(1));
    int axis = attribute("axis", 1);
    int block = attribute("block_size", 0);
    long scales = TensorReader.elements(input(1));
    require(
        scales == 1 || (block > 0 ? axis == 0 || axis == -2 : axis == 1 || axis == -1),
        "scales run along axis " + axis);
    ElementType type = type(stored);
    boolean signed =
        type == ElementType.INT8 || type == ElementType.INT4 || type == ElementType.INT2;
    require(
        signed
            || type == ElementType.UINT8
            || type == ElementType.UINT4
            || type == ElementType.UINT2,
        "codes are " + type);
    short[] codes = transposed(integers(0, (long) in * out), in, out);
    int group = block > 0 ? block : in;
    int groups = (in + group - 1) / group;
    float[] scale = spread(floats(1, scales == 1 ? 1 : (long) groups * out), groups, out);
    float[] zero = new float[scale.length];
    if (has(2)) {
      short[] zeros = integers(2, TensorReader.elements(input(1)));
      float[] values = new float[zeros.length];
      for (int i = 0; i < zeros.length; i++) {
        values[i] = zeros[i];
      }
      zero = spread(values, groups, out);
    }
    return integers(
        new Shape(out, in, group), new IntFormat(type.bits(), signed), codes, scale, zero);
  }

  /** The numbers of a QuantizeLinear. */
  StaticInput staticInput() throws IOException {
    float scale = floats(1, 1)[0];
    boolean signed = has(2) && input(2).getDataType() == ElementType.INT8.id();
    return new StaticInput(signed, scale, has(2) ? integers(2, 1)[0] : 0);
  }

  private static short[] transposed(short[] values, int in, int out) {
    short[] result = new short[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i % out * in + i / out] = values[i];
    }
    return result;
  }

  /** Values [groups, out], or a single one, as [out, groups]. */
  private static float[] spread(float[] values, int groups, int out) {
    float[] result = new float[groups * out];
    for (int i = 0; i < result.length; i++) {
      result[i % out * groups + i / out] = values[values.length == 1 ? 0 : i];
    }
    return result;
  }

  private record Shape(int out, int in, int group) {
    Granularity granularity() {
      return group >= in
          ? new Granularity.PerRow()
          : new Granularity.PerGroup(
              group, in % group == 0 ? Remainder.REFUSE : Remainder.SHORT_LAST_GROUP);
    }
  }

  private static GridTensor integers(
      Shape shape, NumberFormat format, short[] codes, float[] scale, float[] zero) {
    boolean whole = true;
    boolean none = true;
    for (float z : zero) {
      whole &= z == StrictMath.rint(z) && z >= format.minCode() && z <= format.maxCode();
      none &= z == 0;
    }
    ZeroPoint kind =
        none && format.minCode() < 0 ? ZeroPoint.NONE : whole ? ZeroPoint.INTEGER : ZeroPoint.FLOAT;
    return grid(shape, format, codes, scale, zero, kind);
  }

  private static GridTensor grid(
      Shape shape,
      NumberFormat format,
      short[] codes,
      float[] scale,
      float[] zero,
      ZeroPoint kind) {
    TensorScheme scheme =
        new TensorScheme(
            format, shape.granularity(), new ScaleSpec.Stored(Formats.F32), kind, Timing.STATIC);
    return new GridTensor(
        scheme,
        new Codes(shape.out(), shape.in(), format.bits(), codes),
        new Grid(shape.granularity().layout(shape.out(), shape.in()), scale, zero));
  }

  private static ElementType type(TensorProto tensor) {
    return ElementType.of(tensor.getDataType())
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "tensor " + tensor.getName() + " has element type " + tensor.getDataType()));
  }

  private boolean has(int input) {
    return node.getInputCount() > input && !node.getInput(input).isEmpty();
  }

  private TensorProto input(int index) {
    require(has(index), "input " + index + " is missing");
    return model.constant(node.getInput(index));
  }

  private float[] floats(int index, long count) throws IOException {
    requireCount(index, count);
    return model.floats(node.getInput(index));
  }

  private short[] integers(int index, long count) throws IOException {
    requireCount(index, count);
    TensorProto tensor = input(index);
    ElementType type = type(tensor);
    boolean signed = type.name().startsWith("INT");
    byte[] raw = raw(tensor, type, count);
    if (type.bits() <= Byte.SIZE) {
      return new BitPacker(BitOrder.BYTES, type.bits())
          .unpack(raw, 0, Math.toIntExact(count), signed);
    }
    throw new IllegalArgumentException("input " + index + " holds " + type + ", not codes");
  }

  private byte[] bytes(int index, long count) throws IOException {
    requireCount(index, count);
    require(
        input(index).getDataType() == ElementType.UINT8.id(), "input " + index + " is no UINT8");
    return raw(input(index), ElementType.UINT8, count);
  }

  private byte[] raw(TensorProto tensor, ElementType type, long count) throws IOException {
    byte[] raw = new byte[Math.toIntExact(TensorReader.rawBytes(count, type))];
    if (tensor.hasRawData() || ExternalData.isExternal(tensor)) {
      ByteBuffer data = model.reader().raw(tensor, 0, raw.length);
      data.get(raw);
      return raw;
    }
    for (int i = 0; i < raw.length; i++) {
      raw[i] = (byte) tensor.getInt32Data(i);
    }
    return raw;
  }

  private void requireCount(int index, long count) throws IOException {
    long present = TensorReader.elements(input(index));
    require(present == count, "input " + index + " has " + present + " elements, not " + count);
  }

  private int attribute(String name, int otherwise) {
    return node.getAttributeList().stream()
        .filter(attribute -> attribute.getName().equals(name))
        .mapToLong(AttributeProto::getI)
        .mapToInt(Math::toIntExact)
        .findFirst()
        .orElse(otherwise);
  }

  private static void require(boolean holds, String reason) {
    if (!holds) {
      throw new IllegalArgumentException(reason);
    }
  }
}
