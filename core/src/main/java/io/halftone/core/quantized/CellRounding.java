package io.halftone.core.quantized;

import io.halftone.core.format.IntFormat;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.kernel.GridLanes;
import io.halftone.core.kernel.GridResidual;

/**
 * Rounds runs of values on a grid: the results of {@link GridRounding}, bit for bit, in loops that
 * a compiler turns into vector instructions where codes and zero points are integers.
 *
 * <p>Codes are kept as floats, which hold every integer up to 2²⁴ exactly.
 */
public final class CellRounding {
  /**
   * Zero points up to here cannot bring a value beyond {@link GridLanes#FARTHEST} back into a
   * format's range.
   */
  private static final float FARTHEST_ZERO = 0x1p20f;

  private CellRounding() {}

  /**
   * Rounds values that each have a cell of their own.
   *
   * @param value finite, read from 0
   * @param scale of each value's cell, read from 0
   * @param zero of each value's cell, read from 0
   * @param integerZeros whether all zero points are as {@link #areIntegers} asks
   * @param length number of values
   * @param code the nearest codes, written from 0
   * @param nearest the values of the codes, written from 0
   * @throws IllegalArgumentException if a value is NaN
   */
  public static void round(
      NumberFormat format,
      float[] value,
      float[] scale,
      float[] zero,
      boolean integerZeros,
      int length,
      float[] code,
      float[] nearest) {
    if (format instanceof IntFormat && integerZeros) {
      roundIntegers(format.minValue(), format.maxValue(), value, scale, zero, length, code);
      roundRest(format, value, scale, zero, length, code);
    } else {
      for (int i = 0; i < length; i++) {
        code[i] = GridRounding.code(format, value[i], scale[i], zero[i]);
      }
    }
    decode(format, scale, zero, length, code, nearest);
  }

  /**
   * Rounds consecutive values of one cell.
   *
   * @param value finite, read from {@code from}
   * @param codes the nearest codes, written from {@code from}
   * @throws IllegalArgumentException if a value is NaN
   */
  static void roundCell(
      NumberFormat format,
      float scale,
      float zero,
      float[] value,
      int from,
      int length,
      short[] codes) {
    boolean fast =
        format instanceof IntFormat
            && isInteger(zero)
            && scale != 0
            && roundIntegers(
                format.minCode(), format.maxCode(), scale, (int) zero, value, from, length, codes);
    for (int i = from; !fast && i < from + length; i++) {
      codes[i] = (short) GridRounding.code(format, value[i], scale, zero);
    }
  }

  /** Whether all values had a number of steps; comparisons are cheaper here than min and max. */
  private static boolean roundIntegers(
      int min, int max, float scale, int zero, float[] value, int from, int length, short[] codes) {
    float low = min - zero;
    float high = max - zero;
    int zeroBits = Float.floatToRawIntBits(GridResidual.ROUND) - zero;
    int magnitudes = 0;
    for (int i = from; i < from + length; i++) {
      float steps = value[i] / scale;
      steps = steps < low ? low : steps;
      steps = steps > high ? high : steps;
      int code = Float.floatToRawIntBits(steps + GridResidual.ROUND) - zeroBits;
      magnitudes |= code ^ (code >> 31);
      codes[i] = (short) code;
    }
    return magnitudes <= Short.MAX_VALUE;
  }

  /** Whether all zero points are integers, of a size that the fast loops can take. */
  public static boolean areIntegers(float[] zero, int length) {
    boolean integers = true;
    for (int i = 0; i < length; i++) {
      integers &= isInteger(zero[i]);
    }
    return integers;
  }

  /** Whether a zero point is an integer that the fast loops can take. */
  static boolean isInteger(float zero) {
    return Math.abs(zero) <= FARTHEST_ZERO && zero == (int) zero;
  }

  private static void roundIntegers(
      float min, float max, float[] value, float[] scale, float[] zero, int length, float[] code) {
    for (int i = 0; i < length; i++) {
      float steps =
          Math.max(-GridLanes.FARTHEST, Math.min(GridLanes.FARTHEST, value[i] / scale[i]));
      code[i] =
          Math.max(min, Math.min(max, steps + GridResidual.ROUND - GridResidual.ROUND + zero[i]));
    }
  }

  /** What has no number of steps is left to the general rule: scale 0, or a value that is none. */
  private static void roundRest(
      NumberFormat format, float[] value, float[] scale, float[] zero, int length, float[] code) {
    for (int i = 0; i < length; i++) {
      if (Float.isNaN(code[i])) {
        code[i] = GridRounding.code(format, value[i], scale[i], zero[i]);
      }
    }
  }

  /** The values of consecutive codes of one cell, as {@link GridRounding#value} defines them. */
  static void decodeCell(
      NumberFormat format,
      float scale,
      float zero,
      short[] codes,
      int from,
      int length,
      float[] value,
      int to) {
    if (format instanceof IntFormat && inRange(format, codes, from, length)) {
      for (int i = 0; i < length; i++) {
        value[to + i] = (codes[from + i] - zero) * scale;
      }
    } else {
      for (int i = 0; i < length; i++) {
        value[to + i] = GridRounding.value(format, codes[from + i], scale, zero);
      }
    }
  }

  private static boolean inRange(NumberFormat format, short[] codes, int from, int length) {
    int min = format.minCode();
    int max = format.maxCode();
    int outside = 0;
    for (int i = from; i < from + length; i++) {
      outside |= (codes[i] - min) | (max - codes[i]);
    }
    return outside >= 0;
  }

  /**
   * The values of codes that each have a cell of their own, as {@link GridRounding#value} defines
   * them.
   *
   * @param scale of each code's cell, read from 0
   * @param zero of each code's cell, read from 0
   * @param length number of codes
   * @param code inside the format's range, read from 0
   * @param value written from 0
   */
  public static void decode(
      NumberFormat format, float[] scale, float[] zero, int length, float[] code, float[] value) {
    if (format instanceof IntFormat) {
      for (int i = 0; i < length; i++) {
        value[i] = (code[i] - zero[i]) * scale[i];
      }
    } else {
      for (int i = 0; i < length; i++) {
        value[i] = GridRounding.value(format, (int) code[i], scale[i], zero[i]);
      }
    }
  }
}
