package io.halftone.core.quantized;

import java.util.Optional;

/**
 * What a file holds of a grid beyond one scale and one zero point per cell.
 *
 * @param scales the two levels of nested scales
 * @param offset one per cell in value units where value = code · scale + offset, else empty; taken
 *     over without a copy
 * @param offsets the two levels of nested offsets
 */
public record GridStorage(
    Optional<NestedScales> scales, float[] offset, Optional<NestedScales> offsets) {
  /** Scales and zero points are stored one by one. */
  public static final GridStorage PLAIN =
      new GridStorage(Optional.empty(), new float[0], Optional.empty());

  /** Whether values have an offset in value units. */
  public boolean hasOffset() {
    return offset.length > 0;
  }
}
