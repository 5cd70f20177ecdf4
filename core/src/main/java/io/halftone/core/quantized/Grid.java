package io.halftone.core.quantized;

import io.halftone.core.scheme.CellLayout;

/**
 * All scales and zero points of a tensor: value = (decode(code) - zero) * scale, per cell.
 *
 * @param layout which cell an element belongs to
 * @param scale one per cell, as stored, not zero; taken over without a copy
 * @param zero one per cell in code units, all 0 for grids without an offset; taken over without a
 *     copy
 */
public record Grid(CellLayout layout, float[] scale, float[] zero) {
  /** Validates the lengths and that every scale is usable. */
  public Grid {
    if (scale.length != layout.count() || zero.length != layout.count()) {
      throw new IllegalArgumentException(
          scale.length
              + " scales and "
              + zero.length
              + " zero points for "
              + layout.count()
              + " cells");
    }
    for (int i = 0; i < scale.length; i++) {
      if (!Float.isFinite(scale[i]) || scale[i] == 0 || !Float.isFinite(zero[i])) {
        throw new IllegalArgumentException(
            "cell "
                + i
                + " has scale "
                + scale[i]
                + " and zero point "
                + zero[i]
                + "; scales must be finite and not 0, zero points finite");
      }
    }
  }
}
