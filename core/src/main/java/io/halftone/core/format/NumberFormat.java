package io.halftone.core.format;

import java.io.Serializable;

/**
 * Maps codes to values on the unit grid and values to their nearest code.
 *
 * <p>A code is an {@code int}: the value itself for {@link IntFormat}, the bit pattern for {@link
 * FloatFormat} and {@link ExponentFormat}, the index for {@link TableFormat}. Encoding rounds to
 * nearest, ties to even, and saturates: everything beyond the finite range, infinities included,
 * becomes the finite value at that end. NaN has no nearest value and is refused. Formats are
 * immutable and compare by value; no method allocates except {@link #name()} and the exceptions.
 */
public sealed interface NumberFormat extends Serializable
    permits IntFormat, FloatFormat, ExponentFormat, TableFormat {

  /**
   * Finds a format by its name: that of a constant in {@link Formats}, for example {@code "UINT4"},
   * or the description of a floating-point format, for example {@code "E3M3B3-FINITE"}.
   *
   * @param name exact, case-sensitive name
   * @return the format that has this name or description
   * @throws IllegalArgumentException if there is none; the message lists the constants
   */
  static NumberFormat named(String name) {
    return Formats.named(name);
  }

  /**
   * The name in {@link Formats}; other floating-point formats get a description that {@link #named}
   * understands, other tables a name it refuses.
   */
  String name();

  /** Width of a code in storage, in bits, in [1, 32]. */
  int bits();

  /** Smallest valid code, inclusive. */
  int minCode();

  /** Largest valid code, inclusive; for floating point not the code of the largest value. */
  int maxCode();

  /** Largest finite value on the unit grid. */
  float maxValue();

  /**
   * Smallest, that is most negative, finite value on the unit grid; not negative where unsigned.
   */
  float minValue();

  /**
   * Returns the value of a code.
   *
   * @param code in [{@link #minCode()}, {@link #maxCode()}]
   * @return the exact value; NaN and the infinities for the codes that stand for them
   * @throws IllegalArgumentException if the code is out of range
   */
  float decode(int code);

  /**
   * Returns the code of the nearest finite value, ties to even, saturating at both ends.
   *
   * @param x any value but NaN; infinities saturate
   * @return a code in [{@link #minCode()}, {@link #maxCode()}] of a finite value
   * @throws IllegalArgumentException if {@code x} is NaN
   */
  int encode(float x);

  /**
   * Returns the nearest finite value, ties to even: {@code decode(encode(x))}.
   *
   * @param x any value but NaN; infinities saturate
   * @return a value of this format in [{@link #minValue()}, {@link #maxValue()}]
   * @throws IllegalArgumentException if {@code x} is NaN
   */
  float round(float x);
}
