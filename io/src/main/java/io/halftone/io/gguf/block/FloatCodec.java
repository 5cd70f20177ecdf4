package io.halftone.io.gguf.block;

import io.halftone.core.format.FloatFormat;
import io.halftone.core.format.Formats;
import io.halftone.core.tensor.FloatMatrix;

/**
 * Codec of a plain floating-point type.
 *
 * @param format of the values
 */
record FloatCodec(FloatFormat format) implements BlockCodec {
  static BlockCodec float32() {
    return new FloatCodec(Formats.F32);
  }

  static BlockCodec float16() {
    return new FloatCodec(Formats.F16);
  }

  static BlockCodec bfloat16() {
    return new FloatCodec(Formats.BF16);
  }

  @Override
  public int blockSize() {
    return 1;
  }

  @Override
  public int blockBytes() {
    return format.bits() / Byte.SIZE;
  }

  @Override
  public void decode(byte[] blocks, int at, float[] weights, int offset, int count) {
    int bytes = blockBytes();
    for (int i = 0; i < count; i++) {
      int code = 0;
      for (int b = 0; b < bytes; b++) {
        code |= (blocks[at + i * bytes + b] & 0xff) << Byte.SIZE * b;
      }
      weights[offset + i] = format.decode(code);
    }
  }

  @Override
  public BlockEncoder encoder() {
    return this::encode;
  }

  @Override
  public BlockEncoder referenceEncoder() {
    return this::encode;
  }

  private void encode(
      FloatMatrix weight, int from, int to, Importance importance, byte[] blocks, int at) {
    int bytes = blockBytes();
    for (int row = from; row < to; row++) {
      Rows.requireFinite(weight, row);
      for (int c = 0; c < weight.cols(); c++) {
        float value = weight.data()[weight.offset(row) + c];
        if (Math.abs(value) > format.maxValue()) {
          throw new IllegalArgumentException(
              "weight at row "
                  + row
                  + ", column "
                  + c
                  + " is "
                  + value
                  + ", "
                  + format.name()
                  + " ends at "
                  + format.maxValue());
        }
        int code = format.encode(value);
        int first = at + ((row - from) * weight.cols() + c) * bytes;
        for (int b = 0; b < bytes; b++) {
          blocks[first + b] = (byte) (code >> Byte.SIZE * b);
        }
      }
    }
  }
}
