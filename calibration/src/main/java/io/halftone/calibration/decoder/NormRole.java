package io.halftone.calibration.decoder;

/** Where a normalisation stands. */
public enum NormRole {
  /** In front of the attention's linears. */
  ATTENTION_INPUT,
  /** On each query head, before the rotation. */
  QUERY,
  /** On each key head, before the rotation. */
  KEY,
  /** On what the attention adds to the residual stream. */
  ATTENTION_OUTPUT,
  /** In front of the feed-forward part's linears. */
  FEED_FORWARD_INPUT,
  /** On what the feed-forward part adds to the residual stream. */
  FEED_FORWARD_OUTPUT,
  /** In front of the head. */
  FINAL
}
