package io.halftone.io.onnx;

import io.halftone.core.quantized.GridTensor;
import io.halftone.io.onnx.proto.NodeProto;
import java.util.List;

/**
 * A weight as ONNX Runtime's {@code com.microsoft.MatMulBnb4} stores it: the codes of the whole
 * weight [out, in] in a row, the first of two in the upper bits, and a scale for each block of
 * them.
 *
 * @see <a
 *     href="https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md">ContribOperators,
 *     MatMulBnb4</a>
 */
final class MatMulBnb4Form {
  private static final int SMALLEST_BLOCK = 16;

  private final GridTensor weight;
  private final Bnb4Type type;
  private final int block;

  /**
   * @throws IllegalArgumentException if the codes are of another table, have zero points, or the
   *     cells are no multiples of 16 that divide a row
   */
  MatMulBnb4Form(GridTensor weight) {
    this.weight = weight;
    this.type =
        Bnb4Type.of(weight.scheme().format())
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "codes are "
                            + weight.scheme().format().name()
                            + "; MatMulBnb4 has NF4 and its own FP4"));
    int span = Math.min(weight.cols(), weight.grid().layout().cellCols());
    this.block = Integer.lowestOneBit(span);
    if (block < SMALLEST_BLOCK
        || weight.cols() % span != 0
        || weight.grid().layout().cellRows() != 1) {
      throw new IllegalArgumentException(
          "cells of "
              + weight.grid().layout()
              + "; MatMulBnb4 needs groups of a multiple of "
              + SMALLEST_BLOCK
              + " that divide a row");
    }
    for (float zero : weight.grid().zero()) {
      if (zero != 0) {
        throw new IllegalArgumentException("zero point " + zero + "; MatMulBnb4 has none");
      }
    }
  }

  /** Adds the constants to the graph and returns the node. */
  NodeProto node(GraphEdit edit, String name, String input, String output) {
    String codes = edit.fresh(name + ".codes");
    byte[] packed = packed();
    edit.add(OnnxNodes.tensor(codes, ElementType.UINT8, packed, packed.length));
    String scales = edit.fresh(name + ".scales");
    float[] values = scales();
    edit.add(OnnxNodes.floats(scales, values, values.length));
    return OnnxNodes.node("MatMulBnb4", name, List.of(input, codes, scales), output)
        .setDomain("com.microsoft")
        .addAttribute(OnnxNodes.integer("K", weight.cols()))
        .addAttribute(OnnxNodes.integer("N", weight.rows()))
        .addAttribute(OnnxNodes.integer("block_size", block))
        .addAttribute(OnnxNodes.integer("quant_type", type.id()))
        .build();
  }

  private byte[] packed() {
    short[] codes = weight.codes().values();
    byte[] packed = new byte[codes.length / 2];
    for (int i = 0; i < packed.length; i++) {
      packed[i] = (byte) (type.stored(codes[2 * i]) << 4 | type.stored(codes[2 * i + 1]));
    }
    return packed;
  }

  private float[] scales() {
    int perRow = weight.cols() / block;
    float[] scales = new float[weight.rows() * perRow];
    for (int i = 0; i < scales.length; i++) {
      int cell = weight.grid().layout().cell(i / perRow, i % perRow * block);
      scales[i] = weight.grid().scale()[cell];
    }
    return scales;
  }
}
