package io.halftone.io.gguf.block;

import io.halftone.core.tensor.FloatMatrix;

/**
 * The reference's encoder of a type with 32 codes and one scale, in one pass from weights to bytes;
 * {@link FlatReference} says the same slowly and takes over where a scale is too small to invert.
 */
abstract class RowEncoder implements BlockEncoder {
  /** Weights of a block. */
  static final int SIZE = 32;

  private static final int INFINITY = 0x7f800000;

  private final BlockLayout layout;
  private final FieldEncoder reference;
  private final BlockFields fields;

  RowEncoder(BlockLayout layout, FieldEncoder reference) {
    this.layout = layout;
    this.reference = reference;
    this.fields = new BlockFields(layout);
  }

  /**
   * Bits of the float that becomes an end of the codes; not less than infinity's if one is not
   * finite.
   */
  abstract int extreme(float[] x, int at);

  /** The scale for an extreme. */
  abstract float step(float extreme);

  /** Writes the codes of a block. */
  abstract void codes(float[] x, int at, float inverse, byte[] block, int to);

  @Override
  public final void encode(
      FloatMatrix weight, int from, int to, Importance importance, byte[] blocks, int at) {
    if (!importance.isUniform()) {
      throw new IllegalArgumentException("the reference encoder knows uniform importance only");
    }
    BlockType.requireWhole(weight.cols(), SIZE);
    int target = at;
    for (int row = from; row < to; row++) {
      int end = weight.offset(row) + weight.cols();
      for (int x = weight.offset(row); x < end; x += SIZE) {
        int extreme = extreme(weight.data(), x);
        if ((extreme & Integer.MAX_VALUE) >= INFINITY) {
          Rows.requireFinite(weight, row);
        }
        encode(weight.data(), x, step(Float.intBitsToFloat(extreme)), blocks, target);
        target += layout.bytes();
      }
    }
  }

  private void encode(float[] x, int at, float step, byte[] blocks, int target) {
    float inverse = Extremes.reciprocal(step);
    if (Float.isInfinite(inverse)) {
      reference.encode(x, at, fields);
      layout.pack(fields, blocks, target);
      return;
    }
    Half.write(Half.bits(step), blocks, target);
    codes(x, at, inverse, blocks, target + Short.BYTES);
  }
}
