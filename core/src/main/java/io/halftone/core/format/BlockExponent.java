package io.halftone.core.format;

/**
 * How the power of two that the elements of a block share follows from the block's largest
 * magnitude.
 *
 * <p>Let a be that magnitude, v the element format's largest value, p = ⌊log2 v⌋ and M the mantissa
 * bits of the element; integers have one bit less than those below their sign.
 *
 * @see <a
 *     href="https://www.opencompute.org/documents/ocp-microscaling-formats-mx-v1-0-spec-final-pdf">
 *     OCP Microscaling Formats 1.0, section 6.3</a>
 */
public enum BlockExponent {
  /** ⌊log2 a⌋ − p, the rule of the specification: magnitudes above v·2^e saturate. */
  FLOOR {
    @Override
    int exponent(double magnitude, NumberFormat element) {
      return Math.getExponent(magnitude) - top(element);
    }
  },
  /** ⌈log2 a⌉ − p: nothing saturates, and up to half of the range is left empty. */
  CEIL {
    @Override
    int exponent(double magnitude, NumberFormat element) {
      int floor = Math.getExponent(magnitude);
      return floor + (magnitude > Math.scalb(1.0, floor) ? 1 : 0) - top(element);
    }
  },
  /**
   * ⌊log2 r⌋ − p with r the magnitude a rounded to M mantissa bits, ties up: one more than {@link
   * #FLOOR} where the mantissa of a is at least 2 − 2^−(M+1), that is 1.75 for E2M1.
   */
  EVEN {
    @Override
    int exponent(double magnitude, NumberFormat element) {
      int floor = Math.getExponent(magnitude);
      double carries = 2 - Math.scalb(1.0, -mantissaBits(element) - 1);
      return floor + (Math.scalb(magnitude, -floor) >= carries ? 1 : 0) - top(element);
    }
  },
  /**
   * ⌈log2(a / v)⌉, the smallest exponent at which nothing saturates.
   *
   * <p>Differs: kernels divide in float32 before they round up; here the quotient is exact.
   */
  RCEIL {
    @Override
    int exponent(double magnitude, NumberFormat element) {
      int floor = Math.getExponent(magnitude) - top(element);
      return magnitude > Math.scalb((double) element.maxValue(), floor) ? floor + 1 : floor;
    }
  };

  abstract int exponent(double magnitude, NumberFormat element);

  /**
   * The exponent e; elements are value / 2^e, rounded to the element format. A storage of exponents
   * may still saturate it.
   *
   * @param magnitude a, positive and finite
   * @param element integers or floating point
   * @throws IllegalArgumentException if the magnitude is not positive and finite, or the elements
   *     are of another kind
   */
  public int of(float magnitude, NumberFormat element) {
    if (!(magnitude > 0 && magnitude <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "magnitude is " + magnitude + ", must be positive and finite");
    }
    if (!(element instanceof IntFormat || element instanceof FloatFormat)) {
      throw new IllegalArgumentException(
          "blocks of " + element.name() + " share no power of two; integers and floats do");
    }
    return exponent(magnitude, element);
  }

  private static int top(NumberFormat element) {
    return Math.getExponent(element.maxValue());
  }

  private static int mantissaBits(NumberFormat element) {
    return element instanceof FloatFormat floats ? floats.mantissaBits() : top(element);
  }
}
