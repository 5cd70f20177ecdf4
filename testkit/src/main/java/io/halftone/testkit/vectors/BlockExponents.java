package io.halftone.testkit.vectors;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.TreeSet;

/**
 * The shared exponents of microscaling blocks by their rules, in exact arithmetic.
 *
 * @param element name of the element format
 * @param top exponent of the largest power of two among its values
 * @param mantissa bits of its mantissa
 * @param largest its largest value
 */
record BlockExponents(String element, int top, int mantissa, double largest) {
  static final List<BlockExponents> ELEMENTS =
      List.of(
          new BlockExponents("E2M1", 2, 1, 6),
          new BlockExponents("E2M3", 2, 3, 7.5),
          new BlockExponents("E3M2", 4, 2, 28),
          new BlockExponents("E4M3FN", 8, 3, 448),
          new BlockExponents("E5M2", 15, 2, 57344),
          new BlockExponents("INT8", 6, 6, 127));

  private static final int[] SHIFTS = {-149, -140, -127, -126, -125, -10, -1, 0, 1, 9, 100, 127};

  /** FLOOR, CEIL, EVEN and RCEIL, separated by tabs. */
  String exponents(float magnitude) {
    BigDecimal exact = new BigDecimal(magnitude);
    int floor = -150;
    while (Definition.powerOfTwo(floor + 1).compareTo(exact) <= 0) {
      floor++;
    }
    boolean isPower = Definition.powerOfTwo(floor).compareTo(exact) == 0;
    BigDecimal steps =
        exact.multiply(Definition.powerOfTwo(mantissa - floor)).setScale(0, RoundingMode.HALF_UP);
    boolean carries = steps.compareTo(Definition.powerOfTwo(mantissa + 1)) >= 0;
    int fits = floor - top - 2;
    while (new BigDecimal(largest).multiply(Definition.powerOfTwo(fits)).compareTo(exact) < 0) {
      fits++;
    }
    int base = floor - top;
    return base
        + "\t"
        + (isPower ? base : base + 1)
        + "\t"
        + (carries ? base + 1 : base)
        + "\t"
        + fits;
  }

  /** Magnitudes at the steps of every rule and next to them, over the range of float32. */
  TreeSet<Float> magnitudes() {
    double carry = 2 - Math.scalb(1.0, -mantissa - 1);
    double full = Math.scalb(largest, -top);
    TreeSet<Float> magnitudes = new TreeSet<>();
    for (int shift : SHIFTS) {
      for (double mark : new double[] {1, 1.5, carry, full, 2}) {
        float at = (float) Math.scalb(mark, shift);
        for (float x : new float[] {Math.nextDown(at), at, Math.nextUp(at)}) {
          if (x > 0 && x <= Float.MAX_VALUE) {
            magnitudes.add(x);
          }
        }
      }
    }
    return magnitudes;
  }
}
