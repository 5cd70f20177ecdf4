package io.halftone.core.transform;

/** Checks that a matrix fits a transform. */
final class Sizes {
  private Sizes() {}

  static void check(String what, int channels, int expected) {
    if (channels != expected) {
      throw new IllegalArgumentException(
          what + " has " + channels + " channels, the transform takes " + expected);
    }
  }
}
