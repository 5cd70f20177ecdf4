package io.halftone.core.scheme;

/** How the two levels of a nested scale combine; each is rounded once to float32. */
public enum Nesting {
  /** scale = inner · outer. */
  PRODUCT,
  /** scale = inner / outer: the outer number multiplies when the tensor is quantized. */
  QUOTIENT;

  /** The scale of two levels. */
  public float combine(float inner, float outer) {
    return this == PRODUCT ? inner * outer : inner / outer;
  }
}
