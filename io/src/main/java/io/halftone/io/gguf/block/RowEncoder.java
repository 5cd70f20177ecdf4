package io.halftone.io.gguf.block;

import io.halftone.core.tensor.FloatMatrix;

/**
 * The reference's encoder of a type with 32 codes and one scale, a row at a time from weights to
 * bytes; {@link FlatReference} says the same slowly and takes over where a scale is too small to
 * invert.
 */
abstract class RowEncoder implements BlockEncoder {
  /** Weights of a block. */
  static final int SIZE = 32;

  /** Bytes of a block. */
  final int bytes;

  private final BlockLayout layout;
  private final FieldEncoder reference;
  private final BlockFields fields;
  private float[] extreme = new float[0];
  private float[] inverse = new float[0];

  RowEncoder(BlockLayout layout, FieldEncoder reference) {
    this.layout = layout;
    this.reference = reference;
    this.fields = new BlockFields(layout);
    this.bytes = layout.bytes();
  }

  /**
   * The float of each block that becomes an end of the codes.
   *
   * @param extreme written, one per block; not finite where a weight is not
   */
  abstract void extremes(float[] x, int at, int blocks, float[] extreme);

  /** The scale for an extreme. */
  abstract float step(float extreme);

  /**
   * Writes the codes of blocks.
   *
   * @param inverse of the scale of each block
   * @param to first code of the first block
   */
  abstract void codes(float[] x, int at, int blocks, float[] inverse, byte[] target, int to);

  @Override
  public final void encode(
      FloatMatrix weight, int from, int to, Importance importance, byte[] blocks, int at) {
    if (!importance.isUniform()) {
      throw new IllegalArgumentException("the reference encoder knows uniform importance only");
    }
    BlockType.requireWhole(weight.cols(), SIZE);
    int count = weight.cols() / SIZE;
    if (extreme.length < count) {
      extreme = new float[count];
      inverse = new float[count];
    }
    for (int row = from; row < to; row++) {
      int x = weight.offset(row);
      extremes(weight.data(), x, count, extreme);
      int target = at + (row - from) * count * bytes;
      if (!scales(count, blocks, target)) {
        Rows.requireFinite(weight, row);
      }
      codes(weight.data(), x, count, inverse, blocks, target + Short.BYTES);
      repair(weight.data(), x, count, blocks, target);
    }
  }

  /** Writes the scales of a row and inverts them; stops at the first that is not finite. */
  private boolean scales(int count, byte[] blocks, int target) {
    for (int block = 0; block < count; block++) {
      if (!(Math.abs(extreme[block]) <= Float.MAX_VALUE)) {
        return false;
      }
      float step = step(extreme[block]);
      inverse[block] = Extremes.reciprocal(step);
      Half.write(Half.bits(step), blocks, target + block * bytes);
    }
    return true;
  }

  private void repair(float[] x, int at, int count, byte[] blocks, int target) {
    for (int block = 0; block < count; block++) {
      if (Float.isInfinite(inverse[block])) {
        reference.encode(x, at + block * SIZE, fields);
        layout.pack(fields, blocks, target + block * bytes);
      }
    }
  }
}
