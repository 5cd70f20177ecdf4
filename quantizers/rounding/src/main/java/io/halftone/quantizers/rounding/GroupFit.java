package io.halftone.quantizers.rounding;

/** When the grid of a group of columns is fitted. */
public enum GroupFit {
  /** All groups before the first column is quantized, on the original weight. */
  STATIC,
  /** Each group when its first column is reached, on the weight as compensated so far. */
  ON_THE_WAY
}
