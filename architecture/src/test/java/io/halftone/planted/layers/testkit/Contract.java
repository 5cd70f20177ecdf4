package io.halftone.planted.layers.testkit;

import io.halftone.planted.layers.simd.Lanes;

/** Sees vector kernels directly. */
public final class Contract {
  Lanes lanes;
}
