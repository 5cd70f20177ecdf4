package io.halftone.planted.layers.quantizers.rounding;

import io.halftone.planted.layers.simd.Lanes;

/** Sees vector kernels directly. */
public final class Rounding {
  Lanes lanes;
}
