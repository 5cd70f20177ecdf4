package io.halftone.core.scheme;

import io.halftone.core.format.Formats;
import io.halftone.core.format.NumberFormat;
import java.util.Objects;

/**
 * What a quantized tensor shall look like: value = (decode(code) - zero) * scale, per cell.
 *
 * @param format of the codes
 * @param granularity which elements share a scale
 * @param scale how scales are stored
 * @param zeroPoint kind of offset
 * @param timing when scales are determined
 */
public record TensorScheme(
    NumberFormat format,
    Granularity granularity,
    ScaleSpec scale,
    ZeroPoint zeroPoint,
    Timing timing) {
  /** Validates that no part is missing. */
  public TensorScheme {
    Objects.requireNonNull(format, "format");
    Objects.requireNonNull(granularity, "granularity");
    Objects.requireNonNull(scale, "scale");
    Objects.requireNonNull(zeroPoint, "zeroPoint");
    Objects.requireNonNull(timing, "timing");
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
    int zeroBits =
        switch (zeroPoint) {
          case NONE -> 0;
          case INTEGER -> format.bits();
          case FLOAT -> scale.bits();
        };
    return codes + (long) granularity.layout(rows, cols).count() * (scale.bits() + zeroBits);
  }

  /** The same scheme with other cells. */
  public TensorScheme withGranularity(Granularity other) {
    return new TensorScheme(format, other, scale, zeroPoint, timing);
  }

  /** The same scheme with another kind of offset. */
  public TensorScheme withZeroPoint(ZeroPoint other) {
    return new TensorScheme(format, granularity, scale, other, timing);
  }
}
