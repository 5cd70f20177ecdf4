package io.halftone.io.onnx;

import io.halftone.io.onnx.proto.NodeProto;
import io.halftone.io.onnx.proto.TensorProto;
import io.halftone.io.pack.BitOrder;
import io.halftone.io.pack.BitPacker;
import java.util.ArrayList;
import java.util.List;

/**
 * A weight as ONNX Runtime's {@code com.microsoft.MatMulNBits} stores it: unsigned codes in blocks
 * along the input, each row padded to whole blocks, scales and zero points per block.
 *
 * @see <a
 *     href="https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md">ContribOperators,
 *     MatMulNBits</a>
 */
final class MatMulNBitsForm {
  private static final int SMALLEST_BLOCK = 16;
  private static final int LARGEST_BLOCK = 128;
  private static final int FULL_PRECISION_INPUT = 1;

  private final GroupedCodes weight;
  private final int bits;
  private final int block;
  private final int blocks;
  private final int shift;

  MatMulNBitsForm(GroupedCodes weight) {
    this.weight = weight;
    this.bits = weight.containerBits();
    this.block = blockSize(weight);
    this.blocks = (weight.in() + block - 1) / block;
    this.shift = weight.signed() ? 1 << (bits - 1) : 0;
    int fractional = weight.firstUnstorableZero();
    if (bits == 8 && fractional >= 0) {
      throw new IllegalArgumentException(
          "zero point "
              + weight.zero(fractional)
              + " of cell "
              + fractional
              + " is not a code; ONNX Runtime multiplies 8-bit weights with whole zero points only");
    }
  }

  /**
   * The largest supported block that divides the group: a wider group repeats its scale, which
   * changes no value.
   */
  private static int blockSize(GroupedCodes weight) {
    int span = weight.groupSize();
    if (weight.groups() == 1 && span % SMALLEST_BLOCK != 0) {
      return SMALLEST_BLOCK;
    }
    int block = Math.min(LARGEST_BLOCK, Integer.lowestOneBit(span));
    if (block < SMALLEST_BLOCK) {
      throw new IllegalArgumentException(
          "group size "
              + span
              + " of a MatMulNBits weight must be a multiple of "
              + SMALLEST_BLOCK);
    }
    return block;
  }

  /** Adds the constants to the graph and returns the node. */
  NodeProto.Builder node(GraphEdit edit, String name, String input, String output) {
    List<String> inputs = new ArrayList<>(List.of(input));
    inputs.add(add(edit, codes(edit.fresh(name + ".codes"))));
    inputs.add(
        add(
            edit,
            OnnxNodes.floats(
                edit.fresh(name + ".scales"), scales(), (long) weight.out() * blocks)));
    if (needsZeros()) {
      inputs.add(add(edit, zeros(edit.fresh(name + ".zeros"))));
    }
    return OnnxNodes.node("MatMulNBits", name, inputs, output)
        .setDomain("com.microsoft")
        .addAttribute(OnnxNodes.integer("K", weight.in()))
        .addAttribute(OnnxNodes.integer("N", weight.out()))
        .addAttribute(OnnxNodes.integer("bits", bits))
        .addAttribute(OnnxNodes.integer("block_size", block))
        .addAttribute(OnnxNodes.integer("accuracy_level", FULL_PRECISION_INPUT));
  }

  private static String add(GraphEdit edit, TensorProto tensor) {
    edit.add(tensor);
    return tensor.getName();
  }

  private TensorProto codes(String name) {
    BitPacker packer = new BitPacker(BitOrder.BYTES, bits);
    int blob = packer.bytes(block);
    byte[] packed = new byte[Math.multiplyExact(weight.out() * blocks, blob)];
    short[] padded = new short[blocks * block];
    for (int r = 0; r < weight.out(); r++) {
      for (int c = 0; c < weight.in(); c++) {
        padded[c] = (short) (weight.codes()[r * weight.in() + c] + shift);
      }
      packer.pack(padded, 0, padded.length, packed, r * blocks * blob);
    }
    return OnnxNodes.tensor(name, ElementType.UINT8, packed, weight.out(), blocks, blob);
  }

  private int cell(int row, int blockIndex) {
    return row * weight.groups()
        + Math.min(blockIndex * block / weight.groupSize(), weight.groups() - 1);
  }

  private float[] scales() {
    float[] scales = new float[weight.out() * blocks];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = weight.scales()[cell(i / blocks, i % blocks)];
    }
    return scales;
  }

  /** Absent zero points mean the middle of the code range. */
  private boolean needsZeros() {
    return !(weight.signed() && weight.isSymmetric());
  }

  private TensorProto zeros(String name) {
    float[] zeros = new float[weight.out() * blocks];
    for (int i = 0; i < zeros.length; i++) {
      zeros[i] = weight.zero(cell(i / blocks, i % blocks)) + shift;
    }
    if (weight.firstUnstorableZero() >= 0) {
      return OnnxNodes.floats(name, zeros, zeros.length);
    }
    BitPacker packer = new BitPacker(BitOrder.BYTES, bits);
    int rowBytes = packer.bytes(blocks);
    byte[] packed = new byte[weight.out() * rowBytes];
    short[] row = new short[blocks];
    for (int r = 0; r < weight.out(); r++) {
      for (int b = 0; b < blocks; b++) {
        row[b] = (short) zeros[r * blocks + b];
      }
      packer.pack(row, 0, blocks, packed, r * rowBytes);
    }
    return OnnxNodes.tensor(name, ElementType.UINT8, packed, packed.length);
  }
}
