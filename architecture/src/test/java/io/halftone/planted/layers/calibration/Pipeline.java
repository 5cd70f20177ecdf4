package io.halftone.planted.layers.calibration;

import io.halftone.planted.layers.simd.Lanes;

/** Sees vector kernels directly. */
public final class Pipeline {
  Lanes lanes;
}
