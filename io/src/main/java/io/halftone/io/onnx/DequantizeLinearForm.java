package io.halftone.io.onnx;

import io.halftone.io.onnx.proto.NodeProto;
import io.halftone.io.pack.BitOrder;
import io.halftone.io.pack.BitPacker;
import java.util.ArrayList;
import java.util.List;

/**
 * A weight as the standard {@code DequantizeLinear} stores it: codes [in, out], scales and zero
 * points per group of inputs, or per output when a row is one group.
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__DequantizeLinear.html">ONNX,
 *     DequantizeLinear</a>
 */
final class DequantizeLinearForm {
  private static final int WITH_AXIS = 13;
  private static final int WITH_BLOCKS = 21;
  private static final int WITH_TWO_BITS = 25;

  private final GroupedCodes weight;
  private final ElementType type;

  DequantizeLinearForm(GroupedCodes weight) {
    int unstorable = weight.firstUnstorableZero();
    if (unstorable >= 0) {
      throw new IllegalArgumentException(
          "zero point "
              + weight.zero(unstorable)
              + " of cell "
              + unstorable
              + " is not a code; DequantizeLinear stores whole zero points only");
    }
    this.weight = weight;
    this.type = type(weight);
  }

  private static ElementType type(GroupedCodes weight) {
    switch (weight.containerBits()) {
      case 2:
        return weight.signed() ? ElementType.INT2 : ElementType.UINT2;
      case 4:
        return weight.signed() ? ElementType.INT4 : ElementType.UINT4;
      default:
        return weight.signed() ? ElementType.INT8 : ElementType.UINT8;
    }
  }

  /** The operator set that the stored form needs. */
  int opset() {
    if (type.bits() == 2) {
      return WITH_TWO_BITS;
    }
    return type.bits() == 8 && weight.groups() == 1 ? WITH_AXIS : WITH_BLOCKS;
  }

  /** Adds the constants to the graph and returns the node that decodes the weight to a tensor. */
  NodeProto node(GraphEdit edit, String name, String output) {
    int groups = weight.groups();
    long[] cells = groups == 1 ? new long[] {weight.out()} : new long[] {groups, weight.out()};
    List<String> inputs = new ArrayList<>();
    inputs.add(edit.fresh(name + ".codes"));
    inputs.add(edit.fresh(name + ".scales"));
    edit.add(OnnxNodes.tensor(inputs.get(0), type, pack(codes()), weight.in(), weight.out()));
    edit.add(OnnxNodes.floats(inputs.get(1), transposed(weight.scales()), cells));
    if (needsZeros()) {
      inputs.add(edit.fresh(name + ".zeros"));
      edit.add(OnnxNodes.tensor(inputs.get(2), type, pack(zeros()), cells));
    }
    NodeProto.Builder node =
        OnnxNodes.node("DequantizeLinear", edit.fresh(name + ".decode"), inputs, output);
    if (groups == 1) {
      return node.addAttribute(OnnxNodes.integer("axis", 1)).build();
    }
    return node.addAttribute(OnnxNodes.integer("axis", 0))
        .addAttribute(OnnxNodes.integer("block_size", weight.groupSize()))
        .build();
  }

  /**
   * ONNX Runtime 1.29 needs explicit zeros for 8-bit weights when it rewrites them for CPUs without
   * VNNI.
   */
  private boolean needsZeros() {
    return type.bits() == 8 || !weight.isSymmetric();
  }

  private short[] codes() {
    short[] result = new short[weight.codes().length];
    for (int r = 0; r < weight.out(); r++) {
      for (int c = 0; c < weight.in(); c++) {
        result[c * weight.out() + r] = weight.codes()[r * weight.in() + c];
      }
    }
    return result;
  }

  private short[] zeros() {
    int groups = weight.groups();
    short[] result = new short[weight.out() * groups];
    for (int i = 0; i < result.length; i++) {
      result[i] = (short) weight.zero(i % weight.out() * groups + i / weight.out());
    }
    return result;
  }

  private float[] transposed(float[] cells) {
    int groups = weight.groups();
    float[] result = new float[cells.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = cells[i % weight.out() * groups + i / weight.out()];
    }
    return result;
  }

  private byte[] pack(short[] values) {
    BitPacker packer = new BitPacker(BitOrder.BYTES, type.bits());
    byte[] packed = new byte[packer.bytes(values.length)];
    packer.pack(values, 0, values.length, packed, 0);
    return packed;
  }
}
