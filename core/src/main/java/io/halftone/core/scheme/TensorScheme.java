package io.halftone.core.scheme;

import io.halftone.core.format.ExponentFormat;
import io.halftone.core.format.Formats;
import io.halftone.core.format.NumberFormat;
import java.util.Objects;

/**
 * What a quantized tensor shall look like: value = (decode(code) - zero) * scale per cell, or
 * decode(code) * scale + offset for {@link ZeroPoint#OFFSET}.
 *
 * @param format of the codes
 * @param granularity which elements share a scale
 * @param scale how scales are stored
 * @param zeroPoint kind of offset
 * @param timing when scales are determined
 * @param clip part of a cell's range that scales determined at run time span
 */
public record TensorScheme(
    NumberFormat format,
    Granularity granularity,
    ScaleSpec scale,
    ZeroPoint zeroPoint,
    Timing timing,
    Clip clip) {
  /**
   * Validates that no part is missing and that offsets can be stored.
   *
   * @throws IllegalArgumentException if offsets would be stored as powers of two, or real zero
   *     points in code units as nested scales
   */
  public TensorScheme {
    Objects.requireNonNull(format, "format");
    Objects.requireNonNull(granularity, "granularity");
    Objects.requireNonNull(scale, "scale");
    Objects.requireNonNull(zeroPoint, "zeroPoint");
    Objects.requireNonNull(timing, "timing");
    Objects.requireNonNull(clip, "clip");
    boolean unstorable =
        switch (zeroPoint) {
          case NONE, INTEGER -> false;
          case FLOAT -> scale instanceof ScaleSpec.Nested || isPowerOfTwo(scale);
          case OFFSET -> isPowerOfTwo(scale);
        };
    if (unstorable) {
      throw new IllegalArgumentException(zeroPoint + " zero points cannot be stored as " + scale);
    }
  }

  /** A scheme whose cells span their whole range. */
  public TensorScheme(
      NumberFormat format,
      Granularity granularity,
      ScaleSpec scale,
      ZeroPoint zeroPoint,
      Timing timing) {
    this(format, granularity, scale, zeroPoint, timing, Clip.NONE);
  }

  private static boolean isPowerOfTwo(ScaleSpec scale) {
    return scale instanceof ScaleSpec.Stored stored && stored.format() instanceof ExponentFormat;
  }

  /** Whether the tensor stays float32. */
  public boolean isFull() {
    return format.equals(Formats.F32);
  }

  /** Bits that codes, scales and zero points of a [rows, cols] tensor take together. */
  public long storageBits(int rows, int cols) {
    long codes = (long) rows * cols * format.bits();
    if (isFull()) {
      return codes;
    }
    long scales = scale.storageBits(granularity, rows, cols);
    long zeros =
        switch (zeroPoint) {
          case NONE -> 0;
          case INTEGER -> (long) granularity.layout(rows, cols).count() * format.bits();
          case FLOAT, OFFSET -> scales;
        };
    return codes + scales + zeros;
  }

  /** The same scheme with other cells. */
  public TensorScheme withGranularity(Granularity other) {
    return new TensorScheme(format, other, scale, zeroPoint, timing, clip);
  }

  /** The same scheme with another kind of offset. */
  public TensorScheme withZeroPoint(ZeroPoint other) {
    return new TensorScheme(format, granularity, scale, other, timing, clip);
  }

  /** The same scheme whose cells span another part of their range. */
  public TensorScheme withClip(Clip other) {
    return new TensorScheme(format, granularity, scale, zeroPoint, timing, other);
  }
}
