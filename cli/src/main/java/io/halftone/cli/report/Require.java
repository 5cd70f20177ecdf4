package io.halftone.cli.report;

/**
 * Argument checks of the report's records; NaN stands for "not measured" where a record says so.
 */
final class Require {

  private Require() {}

  static void text(String name, String value) {
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(name + " must not be blank");
    }
  }

  static void atLeast(String name, double value, double bound) {
    if (value < bound) {
      throw new IllegalArgumentException(name + " is " + value + ", must be at least " + bound);
    }
  }

  static void atLeast(String name, long value, long bound) {
    if (value < bound) {
      throw new IllegalArgumentException(name + " is " + value + ", must be at least " + bound);
    }
  }

  static void rate(String name, double value) {
    if (value < 0 || value > 1) {
      throw new IllegalArgumentException(name + " is " + value + ", must be in [0, 1]");
    }
  }
}
