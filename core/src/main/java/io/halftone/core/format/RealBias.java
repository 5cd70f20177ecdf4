package io.halftone.core.format;

import java.util.Objects;

/**
 * Floating point whose bias is any real number: a {@link Specials#FINITE} format times a unit.
 *
 * <p>With real bias B the format's own bias is B′ = ⌊B⌋ and the unit 2^(B′−B), in (0.5, 1]. Codes
 * are those of the format; the unit belongs into the scale of the grid.
 *
 * @param format with the integer bias
 * @param unit every value of the format is multiplied by it
 * @see <a href="https://arxiv.org/abs/2208.09225">Kuzmin et al., FP8 Quantization: The Power of the
 *     Exponent, 2022, section 3</a>
 */
public record RealBias(FloatFormat format, float unit) {
  /**
   * Checks the unit.
   *
   * @throws IllegalArgumentException if the unit is not positive and finite, or the format has
   *     codes that are not finite
   */
  public RealBias {
    Objects.requireNonNull(format, "format");
    if (!(unit > 0 && unit <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException("unit is " + unit + ", must be positive and finite");
    }
    if (format.specials() != Specials.FINITE) {
      throw new IllegalArgumentException(
          "a real bias needs a format of finite values only, not " + format.name());
    }
  }

  /**
   * The format of a bias.
   *
   * @param bias B, finite
   * @throws IllegalArgumentException if float32 does not hold the values
   */
  public static RealBias of(int exponentBits, int mantissaBits, double bias) {
    int whole = (int) Math.floor(bias);
    FloatFormat format = new FloatFormat(exponentBits, mantissaBits, whole, Specials.FINITE);
    return new RealBias(format, (float) StrictMath.pow(2, whole - bias));
  }

  /**
   * The format whose largest value is given: B = 2^E − log2(maxValue) + log2(2 − 2^−M) − 1.
   *
   * @param maxValue positive and finite
   */
  public static RealBias ofMaxValue(int exponentBits, int mantissaBits, double maxValue) {
    if (!(maxValue > 0 && maxValue < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "largest value is " + maxValue + ", must be positive and finite");
    }
    double top = (2 - Math.scalb(1.0, -mantissaBits)) / maxValue;
    double bias = (1 << exponentBits) - 1 + StrictMath.log(top) / StrictMath.log(2);
    return of(exponentBits, mantissaBits, bias);
  }

  /** The value of a code. */
  public float decode(int code) {
    return format.decode(code) * unit;
  }

  /** The nearest code, ties to even, saturating; NaN is refused. */
  public int encode(float x) {
    return format.encode(x / unit);
  }
}
