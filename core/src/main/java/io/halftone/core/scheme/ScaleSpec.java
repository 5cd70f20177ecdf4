package io.halftone.core.scheme;

import io.halftone.core.format.NumberFormat;

/** How scales themselves are stored. */
public sealed interface ScaleSpec {
  /** Bits of one stored scale. */
  int bits();

  /**
   * The scale a decoder will read back: rounded to storage, never zero.
   *
   * <p>A scale of 0 (a cell of zeros) becomes 1; one that would underflow becomes the smallest
   * stored positive value. Codes must be chosen against the returned value.
   *
   * @param scale finite
   * @throws IllegalArgumentException if the scale is not finite or beyond the stored format's range
   */
  float store(float scale);

  /**
   * The real zero point a decoder will read back, rounded to the storage of scales.
   *
   * @param zero finite, in code units
   */
  float storeZero(float zero);

  /**
   * Every scale is a number of one format.
   *
   * @param format F32, F16 or BF16
   */
  record Stored(NumberFormat format) implements ScaleSpec {
    @Override
    public int bits() {
      return format.bits();
    }

    @Override
    public float store(float scale) {
      if (!Float.isFinite(scale) || Math.abs(scale) > format.maxValue()) {
        throw new IllegalArgumentException(
            "scale "
                + scale
                + " is beyond the range of "
                + format.name()
                + " (at most "
                + format.maxValue()
                + ")");
      }
      if (scale == 0) {
        return 1;
      }
      float stored = format.round(scale);
      return stored == 0 ? Math.copySign(format.decode(1), scale) : stored;
    }

    @Override
    public float storeZero(float zero) {
      return format.round(zero);
    }
  }
}
