package io.halftone.core.format;

/**
 * Integers of 2 to 8 bits; the code is the value.
 *
 * <p>A signed format covers the full two's-complement range [−2^(bits−1), 2^(bits−1) − 1], an
 * unsigned one [0, 2^bits − 1]. Whether the most negative code may appear in a symmetric scheme is
 * the business of the grid, not of the format.
 *
 * @param bits width, in [2, 8]
 * @param signed whether codes are two's-complement
 */
public record IntFormat(int bits, boolean signed) implements NumberFormat {

  private static final int MIN_BITS = 2;
  private static final int MAX_BITS = 8;

  /**
   * Checks the width.
   *
   * @throws IllegalArgumentException if {@code bits} is outside [2, 8]
   */
  public IntFormat {
    if (bits < MIN_BITS || bits > MAX_BITS) {
      throw new IllegalArgumentException(
          "bits = " + bits + " of an integer format is outside [2, 8]");
    }
  }

  @Override
  public String name() {
    return (signed ? "INT" : "UINT") + bits;
  }

  @Override
  public int minCode() {
    return signed ? -(1 << (bits - 1)) : 0;
  }

  @Override
  public int maxCode() {
    return signed ? (1 << (bits - 1)) - 1 : (1 << bits) - 1;
  }

  @Override
  public float maxValue() {
    return maxCode();
  }

  @Override
  public float minValue() {
    return minCode();
  }

  @Override
  public float decode(int code) {
    if (code < minCode() || code > maxCode()) {
      throw Formats.codeOutOfRange(this, code);
    }
    return code;
  }

  @Override
  public int encode(float x) {
    if (Float.isNaN(x)) {
      throw Formats.notEncodable(this);
    }
    return Math.max(minCode(), Math.min(maxCode(), (int) Math.rint(x)));
  }

  /** {@inheritDoc} Never returns −0. */
  @Override
  public float round(float x) {
    return encode(x);
  }
}
