package io.halftone.core.model;

/** The nonlinear function of a feed-forward part. */
public enum Activation {
  /** x·σ(x), also called swish. */
  SILU,
  /** x·Φ(x) with Φ the normal distribution. */
  GELU,
  /** x·Φ(x) with Φ approximated through tanh. */
  GELU_TANH
}
