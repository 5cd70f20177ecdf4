package io.halftone.core.spi;

/** Chooses a code for a value in code units; the result is clamped to the format's range. */
@FunctionalInterface
public interface CodeRule {
  /**
   * The code of a value.
   *
   * @param steps weight / scale + zero
   */
  int code(float steps);
}
