package io.halftone.planted.layers.core;

import io.halftone.planted.layers.simd.Lanes;

/** Sees vector kernels directly. */
public final class Tensor {
  Lanes lanes;
}
