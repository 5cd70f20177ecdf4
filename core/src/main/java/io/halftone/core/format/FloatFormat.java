package io.halftone.core.format;

import java.util.Objects;

/**
 * Binary floating point with a sign bit, every value of which is also a float32 value.
 *
 * <p>With e the exponent field, m the mantissa field, M {@code mantissaBits} and B {@code bias},
 * the magnitude is 2^(1−B)·m/2^M for e = 0 and 2^(e−B)·(1 + m/2^M) otherwise. The code is the
 * unsigned bit pattern, sign highest; both zeros have a code and small negative values become −0,
 * but for {@link Specials#FNUZ}, which has one zero. Codes lie in [0, 2^bits − 1], except for
 * 32-bit formats, whose codes are all {@code int}s: {@link Formats#F32} is encoded as {@link
 * Float#floatToRawIntBits} does.
 *
 * <p>Differs: IEEE 754 conversion turns values beyond the finite range into infinities, and some
 * libraries turn them into NaN for {@link Specials#FN}; here they saturate, as a quantizer needs. A
 * {@link Cast} chooses otherwise.
 *
 * @param exponentBits width of the exponent field, in [1, 8]
 * @param mantissaBits M, width of the mantissa field, in [0, 23]
 * @param bias B, subtracted from the exponent field, at most 127
 * @param specials which patterns are infinite or NaN
 * @see <a href="https://arxiv.org/abs/2209.05433">Micikevicius et al., FP8 Formats for Deep
 *     Learning, 2022, tables 1 and 2 (E4M3, E5M2)</a>
 * @see <a
 *     href="https://www.opencompute.org/documents/ocp-microscaling-formats-mx-v1-0-spec-final-pdf">
 *     OCP Microscaling Formats 1.0, section 5.3 (E2M1)</a>
 */
public record FloatFormat(int exponentBits, int mantissaBits, int bias, Specials specials)
    implements NumberFormat {

  private static final int FLOAT_MANTISSA_BITS = 23;
  private static final int FLOAT_BIAS = 127;
  private static final int FLOAT_MAGNITUDE = 0x7FFFFFFF;
  private static final int DOUBLE_MANTISSA_BITS = 52;
  private static final int DOUBLE_BIAS = 1023;

  /**
   * Checks that the format has a non-zero finite value and that float32 holds all its values.
   *
   * @throws IllegalArgumentException if a width or the bias is out of range
   */
  public FloatFormat {
    Objects.requireNonNull(specials, "specials");
    if (exponentBits < 1 || exponentBits > 8) {
      throw new IllegalArgumentException("exponentBits = " + exponentBits + " is outside [1, 8]");
    }
    if (mantissaBits < 0 || mantissaBits > FLOAT_MANTISSA_BITS) {
      throw new IllegalArgumentException("mantissaBits = " + mantissaBits + " is outside [0, 23]");
    }
    int maxFinite = maxFiniteMagnitude(exponentBits, mantissaBits, specials);
    if (maxFinite < 1) {
      throw new IllegalArgumentException(
          specials
              + " with "
              + exponentBits
              + " exponent and "
              + mantissaBits
              + " mantissa bits leaves no finite value but zero");
    }
    int minBias = (maxFinite >>> mantissaBits) - FLOAT_BIAS;
    if (bias < minBias || bias > FLOAT_BIAS) {
      throw new IllegalArgumentException(
          "bias = " + bias + " is outside [" + minBias + ", 127], where float32 holds every value");
    }
  }

  @Override
  public String name() {
    return Formats.nameOf(this)
        .orElseGet(
            () -> "E" + exponentBits + "M" + mantissaBits + "B" + bias + "-" + specials.name());
  }

  @Override
  public int bits() {
    return 1 + exponentBits + mantissaBits;
  }

  /** {@inheritDoc} Zero, but {@link Integer#MIN_VALUE} for a 32-bit format. */
  @Override
  public int minCode() {
    return bits() == Integer.SIZE ? Integer.MIN_VALUE : 0;
  }

  /** {@inheritDoc} 2^bits − 1, but {@link Integer#MAX_VALUE} for a 32-bit format. */
  @Override
  public int maxCode() {
    return bits() == Integer.SIZE ? Integer.MAX_VALUE : (1 << bits()) - 1;
  }

  @Override
  public float maxValue() {
    return magnitude(maxFinite());
  }

  @Override
  public float minValue() {
    return -maxValue();
  }

  @Override
  public float decode(int code) {
    if (code < minCode() || code > maxCode()) {
      throw Formats.codeOutOfRange(this, code);
    }
    int signBit = signBit();
    if (specials == Specials.FNUZ && code == signBit) {
      return Float.NaN;
    }
    float value = magnitude(code & (signBit - 1));
    return (code & signBit) == 0 ? value : -value;
  }

  @Override
  public int encode(float x) {
    if (Float.isNaN(x)) {
      throw Formats.notEncodable(this);
    }
    int pattern = Float.floatToRawIntBits(x);
    return signed(nearestMagnitude(pattern & FLOAT_MAGNITUDE), pattern < 0);
  }

  /** The code of a magnitude with a sign. */
  int signed(int magnitude, boolean negative) {
    boolean unsignedZero = specials == Specials.FNUZ && magnitude == 0;
    return negative && !unsignedZero ? magnitude | signBit() : magnitude;
  }

  int signBit() {
    return 1 << (bits() - 1);
  }

  /** The magnitude pattern of the largest finite value. */
  int maxFinite() {
    return maxFiniteMagnitude(exponentBits, mantissaBits, specials);
  }

  @Override
  public float round(float x) {
    return decode(encode(x));
  }

  private float magnitude(int code) {
    int maxFinite = maxFinite();
    if (code > maxFinite) {
      boolean infinite = specials == Specials.IEEE && code == maxFinite + 1;
      return infinite ? Float.POSITIVE_INFINITY : Float.NaN;
    }
    if (code >>> mantissaBits == 0) {
      return (float) (code / subnormalsPerUnit());
    }
    return Float.intBitsToFloat((code + rebias()) << (FLOAT_MANTISSA_BITS - mantissaBits));
  }

  /**
   * The integer order of magnitude patterns is the order of values, so a carry out of the mantissa
   * moves to the next exponent by itself, and saturating is a minimum.
   */
  private int nearestMagnitude(int floatPattern) {
    int maxFinite = maxFinite();
    int minNormal = (FLOAT_BIAS + 1 - bias) << FLOAT_MANTISSA_BITS;
    if (floatPattern < minNormal) {
      double steps = Float.intBitsToFloat(floatPattern) * subnormalsPerUnit();
      return Math.min((int) Math.rint(steps), maxFinite);
    }
    int dropped = FLOAT_MANTISSA_BITS - mantissaBits;
    return Math.min(shiftHalfEven(floatPattern, dropped) - rebias(), maxFinite);
  }

  /** Works in half units, so that no bit dropped needs no case of its own. */
  private static int shiftHalfEven(int pattern, int dropped) {
    long doubled = (long) pattern << 1;
    long odd = (pattern >>> dropped) & 1L;
    return (int) ((doubled + (1L << dropped) - 1 + odd) >>> (dropped + 1));
  }

  private int rebias() {
    return (FLOAT_BIAS - bias) << mantissaBits;
  }

  /** 2^(B+M−1), the reciprocal of the smallest subnormal. */
  private double subnormalsPerUnit() {
    long exponent = DOUBLE_BIAS + bias + mantissaBits - 1L;
    return Double.longBitsToDouble(exponent << DOUBLE_MANTISSA_BITS);
  }

  private static int maxFiniteMagnitude(int exponentBits, int mantissaBits, Specials specials) {
    int allOnes = (1 << (exponentBits + mantissaBits)) - 1;
    return switch (specials) {
      case IEEE -> allOnes - (1 << mantissaBits);
      case FN -> allOnes - 1;
      case FNUZ, FINITE -> allOnes;
    };
  }
}
