package io.halftone.io.gguf.block;

import io.halftone.core.tensor.FloatMatrix;

/**
 * Inputs of a linear as codes of 8 bits.
 *
 * @param size inputs that share a scale
 * @param code one per input, row by row
 * @param scale one per {@code size} inputs
 */
record InputCodes(int size, byte[] code, float[] scale) {
  private static final float TOP = 127;
  private static final int BYTES_SIZE = 32;

  /** Q8_0: the scale is a binary16, the codes are those of the scale before it was rounded. */
  static InputCodes bytes(FloatMatrix x) {
    InputCodes codes = empty(x, BYTES_SIZE);
    for (int block = 0; block < codes.scale.length; block++) {
      float max = Math.abs(codes.largest(x.data(), block));
      float inverse = max == 0 ? 0 : TOP / max;
      codes.scale[block] = Half.value(Half.bits(max / TOP));
      for (int i = block * BYTES_SIZE; i < (block + 1) * BYTES_SIZE; i++) {
        codes.code[i] = (byte) Math.rint(x.data()[i] * inverse);
      }
    }
    return codes;
  }

  /** Q8_K: the largest magnitude is −127. */
  static InputCodes superBlocks(FloatMatrix x) {
    InputCodes codes = empty(x, SuperBlock.SIZE);
    for (int block = 0; block < codes.scale.length; block++) {
      float extreme = codes.largest(x.data(), block);
      float inverse = extreme == 0 ? 0 : -TOP / extreme;
      codes.scale[block] = extreme == 0 ? 0 : 1 / inverse;
      for (int i = block * SuperBlock.SIZE; i < (block + 1) * SuperBlock.SIZE; i++) {
        codes.code[i] = (byte) Math.min(TOP, Rounding.nearest(inverse * x.data()[i]));
      }
    }
    return codes;
  }

  private static InputCodes empty(FloatMatrix x, int size) {
    BlockType.requireWhole(x.cols(), size);
    int count = x.rows() * x.cols();
    return new InputCodes(size, new byte[count], new float[count / size]);
  }

  /** The first value of the largest magnitude. */
  private float largest(float[] data, int block) {
    float largest = 0;
    for (int i = block * size; i < (block + 1) * size; i++) {
      largest = Math.abs(data[i]) > Math.abs(largest) ? data[i] : largest;
    }
    return largest;
  }

  /** The values that the codes stand for. */
  void decode(float[] values) {
    for (int i = 0; i < code.length; i++) {
      values[i] = code[i] * scale[i / size];
    }
  }
}
