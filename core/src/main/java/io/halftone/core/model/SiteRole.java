package io.halftone.core.model;

/** What a tensor is in a decoder's block. */
public enum SiteRole {
  /** The residual stream, which embedding and output linears write and norms read. */
  STREAM,
  /** A normalised tensor, which input linears read. */
  NORMED,
  /** The values that attention has mixed, which the output linear reads. */
  VALUES,
  /** The feed-forward part's inner tensor, which its output linear reads. */
  INNER,
  /** Keys of one head after the position embedding, which queries meet. */
  KEYS,
  /** Unknown. */
  OTHER
}
