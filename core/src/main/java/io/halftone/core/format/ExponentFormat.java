package io.halftone.core.format;

/**
 * Powers of two without sign and without zero: code c is 2^(c − bias), the last code is NaN.
 *
 * <p>Encoding takes the nearer of two neighbours and the larger one at a tie: 1.5 becomes 2, 3
 * becomes 4. Zero and negative values become the smallest value, the nearest there is.
 *
 * <p>Differs: {@link NumberFormat} rounds ties to the even code; this rounding is the one of the
 * conversions to float8_e8m0fnu in PyTorch and ml_dtypes. It is not how a shared scale is chosen
 * from a block's largest magnitude; that is a rule of its own.
 *
 * @param bits width of a code, in [2, 8]
 * @param bias subtracted from the code
 * @see <a
 *     href="https://www.opencompute.org/documents/ocp-microscaling-formats-mx-v1-0-spec-final-pdf">
 *     OCP Microscaling Formats 1.0, section 5.4.1 (E8M0)</a>
 */
public record ExponentFormat(int bits, int bias) implements NumberFormat {
  private static final int MIN_EXPONENT = -149;
  private static final float TIE = 1.5f;

  /**
   * Checks that float32 holds every value.
   *
   * @throws IllegalArgumentException if a parameter is out of range
   */
  public ExponentFormat {
    if (bits < 2 || bits > 8) {
      throw new IllegalArgumentException("bits = " + bits + " is outside [2, 8]");
    }
    int minBias = (1 << bits) - 2 - Float.MAX_EXPONENT;
    if (bias < minBias || bias > -MIN_EXPONENT) {
      throw new IllegalArgumentException(
          "bias = " + bias + " is outside [" + minBias + ", 149], where float32 holds every value");
    }
  }

  @Override
  public String name() {
    return equals(Formats.E8M0) ? "E8M0" : "E" + bits + "M0U-B" + bias;
  }

  @Override
  public int minCode() {
    return 0;
  }

  @Override
  public int maxCode() {
    return (1 << bits) - 1;
  }

  @Override
  public float maxValue() {
    return decode(maxCode() - 1);
  }

  @Override
  public float minValue() {
    return decode(0);
  }

  @Override
  public float decode(int code) {
    if (code < 0 || code > maxCode()) {
      throw Formats.codeOutOfRange(this, code);
    }
    return code == maxCode() ? Float.NaN : Math.scalb(1f, code - bias);
  }

  /** {@inheritDoc} Ties go to the larger value. */
  @Override
  public int encode(float x) {
    if (Float.isNaN(x)) {
      throw Formats.notEncodable(this);
    }
    if (x <= minValue()) {
      return 0;
    }
    if (x >= maxValue()) {
      return maxCode() - 1;
    }
    int exponent = floorLog2(x);
    return exponent + bias + (x >= Math.scalb(TIE, exponent) ? 1 : 0);
  }

  @Override
  public float round(float x) {
    return decode(encode(x));
  }

  private static int floorLog2(float x) {
    int exponent = Math.getExponent(x);
    return exponent >= Float.MIN_EXPONENT
        ? exponent
        : Integer.SIZE
            - 1
            - Integer.numberOfLeadingZeros(Float.floatToRawIntBits(x))
            + MIN_EXPONENT;
  }
}
