package io.halftone.planted.layers.io;

import io.halftone.planted.layers.simd.Lanes;

/** Sees vector kernels directly. */
public final class Codec {
  Lanes lanes;
}
