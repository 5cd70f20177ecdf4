package io.halftone.io.onnx;

/**
 * A quantized weight as plain arrays: value(r, c) = (code(r, c) − zero) · scale, scale and zero
 * being those of row r and group c / groupSize. Taken over without a copy, read-only from then on.
 *
 * @param out rows
 * @param in columns
 * @param groupSize consecutive columns that share a scale, in [1, in]; the last group of a row may
 *     be shorter; {@code in} means one scale per row
 * @param bits width of a code, 2..8
 * @param signed whether codes run over [-2^(bits-1), 2^(bits-1) - 1] or [0, 2^bits - 1]
 * @param codes [out, in]
 * @param scales [out, ceil(in / groupSize)], finite
 * @param zeros [out, ceil(in / groupSize)] in code units, finite; an empty array means that every
 *     zero point is 0
 */
public record GroupedCodes(
    int out,
    int in,
    int groupSize,
    int bits,
    boolean signed,
    short[] codes,
    float[] scales,
    float[] zeros) {

  /** Validates shapes and ranges. */
  public GroupedCodes {
    if (out < 1 || in < 1 || groupSize < 1 || groupSize > in || bits < 2 || bits > 8) {
      throw new IllegalArgumentException(
          "a weight of "
              + out
              + " x "
              + in
              + " in groups of "
              + groupSize
              + " with "
              + bits
              + " bits");
    }
    long cells = (long) out * ((in + groupSize - 1) / groupSize);
    if (codes.length != (long) out * in
        || scales.length != cells
        || (zeros.length != 0 && zeros.length != cells)) {
      throw new IllegalArgumentException(
          codes.length
              + " codes, "
              + scales.length
              + " scales and "
              + zeros.length
              + " zero points for a weight of "
              + out
              + " x "
              + in
              + " in groups of "
              + groupSize);
    }
    int min = signed ? -(1 << (bits - 1)) : 0;
    int max = min + (1 << bits) - 1;
    for (int i = 0; i < codes.length; i++) {
      if (codes[i] < min || codes[i] > max) {
        throw new IllegalArgumentException(
            "code "
                + codes[i]
                + " at row "
                + i / in
                + ", column "
                + i % in
                + " is outside ["
                + min
                + ", "
                + max
                + "]");
      }
    }
    requireFinite("scale", scales);
    requireFinite("zero point", zeros);
  }

  private static void requireFinite(String what, float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(what + " of cell " + i + " is " + values[i]);
      }
    }
  }

  /** Groups in a row. */
  public int groups() {
    return (in + groupSize - 1) / groupSize;
  }

  /** The zero point of a cell, 0 if there are none. */
  float zero(int cell) {
    return zeros.length == 0 ? 0f : zeros[cell];
  }

  /** Whether every zero point is 0. */
  boolean isSymmetric() {
    for (float zero : zeros) {
      if (zero != 0f) {
        return false;
      }
    }
    return true;
  }

  /** The narrowest of 2, 4 and 8 bits that holds the codes. */
  int containerBits() {
    return bits <= 2 ? 2 : bits <= 4 ? 4 : 8;
  }

  /**
   * The first cell whose zero point is not a whole number of the code's range; -1 if there is none.
   */
  int firstUnstorableZero() {
    int min = signed ? -(1 << (containerBits() - 1)) : 0;
    int max = min + (1 << containerBits()) - 1;
    for (int i = 0; i < zeros.length; i++) {
      if (zeros[i] != StrictMath.rint(zeros[i]) || zeros[i] < min || zeros[i] > max) {
        return i;
      }
    }
    return -1;
  }
}
