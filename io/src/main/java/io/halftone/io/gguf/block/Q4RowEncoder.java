package io.halftone.io.gguf.block;

import io.halftone.core.kernel.Kernels;

/** Q4_0: the first weight with the largest magnitude becomes code 0, that is −8 steps. */
final class Q4RowEncoder extends RowEncoder {
  private final Kernels kernels;

  Q4RowEncoder(Kernels kernels) {
    super(FlatLayout.integers(FlatCodes.FOUR_BITS), FlatReference.symmetric(8));
    this.kernels = kernels;
  }

  @Override
  void extremes(float[] x, int at, int blocks, float[] extreme) {
    kernels.extremes(x, at, blocks, extreme);
  }

  @Override
  float step(float extreme) {
    return extreme / -8;
  }

  @Override
  void codes(float[] x, int at, int blocks, float[] inverse, byte[] target, int to) {
    kernels.nibbles(x, at, blocks, inverse, target, to, bytes);
  }
}
