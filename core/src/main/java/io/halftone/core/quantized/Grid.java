package io.halftone.core.quantized;

import io.halftone.core.scheme.CellLayout;
import java.util.Optional;

/**
 * All scales and zero points of a tensor.
 *
 * <p>Where a file stores zero points in code units, value = (decode(code) − zero) · scale. Where it
 * stores offsets in value units, value = decode(code) · scale + offset; {@code zero} is then
 * −offset / scale rounded to float32, so that a solver sees one kind of grid, and a {@link
 * GridTensor} decodes with the offset itself, bit for bit as the format defines.
 *
 * @param layout which cell an element belongs to
 * @param scale one per cell, as stored or as computed from stored levels, of any sign; 0 only where
 *     a file says so, all values of the cell then being equal; taken over without a copy
 * @param zero one per cell in code units, all 0 for grids without an offset; taken over without a
 *     copy
 * @param storage what a file holds beyond that
 */
public record Grid(CellLayout layout, float[] scale, float[] zero, GridStorage storage) {
  /** Validates the lengths and that every number is finite. */
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
    if (storage.hasOffset() && storage.offset().length != scale.length) {
      throw new IllegalArgumentException(
          storage.offset().length + " offsets for " + layout.count() + " cells");
    }
    for (int i = 0; i < scale.length; i++) {
      if (!Float.isFinite(scale[i]) || !Float.isFinite(zero[i])) {
        throw new IllegalArgumentException(
            "cell "
                + i
                + " has scale "
                + scale[i]
                + " and zero point "
                + zero[i]
                + "; both must be finite");
      }
    }
    for (int i = 0; i < storage.offset().length; i++) {
      if (!Float.isFinite(storage.offset()[i])) {
        throw new IllegalArgumentException(
            "cell " + i + " has offset " + storage.offset()[i] + ", must be finite");
      }
    }
  }

  /** Scales and zero points stored one by one. */
  public Grid(CellLayout layout, float[] scale, float[] zero) {
    this(layout, scale, zero, GridStorage.PLAIN);
  }

  /**
   * Scales and offsets stored one by one.
   *
   * @param offset one per cell, in value units
   */
  public static Grid withOffset(CellLayout layout, float[] scale, float[] offset) {
    return new Grid(
        layout,
        scale,
        zeros(scale, offset),
        new GridStorage(Optional.empty(), offset, Optional.empty()));
  }

  /**
   * Nested scales, zero points in code units.
   *
   * @param zero one per cell, all 0 for grids without an offset
   */
  public static Grid nested(NestedScales scales, float[] zero) {
    return new Grid(
        scales.layout(),
        scales.values(),
        zero,
        new GridStorage(Optional.of(scales), new float[0], Optional.empty()));
  }

  /**
   * Nested scales and nested offsets.
   *
   * @throws IllegalArgumentException if their cells differ
   */
  public static Grid nested(NestedScales scales, NestedScales offsets) {
    if (!scales.layout().equals(offsets.layout())) {
      throw new IllegalArgumentException(
          "scales have cells " + scales.layout() + ", offsets " + offsets.layout());
    }
    float[] scale = scales.values();
    float[] offset = offsets.values();
    return new Grid(
        scales.layout(),
        scale,
        zeros(scale, offset),
        new GridStorage(Optional.of(scales), offset, Optional.of(offsets)));
  }

  /** −offset / scale; 0 where the scale is 0 and no zero point can stand for the offset. */
  private static float[] zeros(float[] scale, float[] offset) {
    float[] zero = new float[scale.length];
    for (int i = 0; i < zero.length; i++) {
      zero[i] = scale[i] == 0 ? 0 : 0 - offset[i] / scale[i];
    }
    return zero;
  }
}
