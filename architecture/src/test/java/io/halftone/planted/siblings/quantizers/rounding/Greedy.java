package io.halftone.planted.siblings.quantizers.rounding;

import io.halftone.planted.siblings.quantizers.grids.Range;

/** Sees a sibling. */
public final class Greedy {
  Range range;
}
