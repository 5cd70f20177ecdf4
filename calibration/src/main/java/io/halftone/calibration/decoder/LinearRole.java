package io.halftone.calibration.decoder;

/** What a linear layer does in a block. */
public enum LinearRole {
  /** Writes the queries. */
  QUERY,
  /** Writes the keys. */
  KEY,
  /** Writes the values. */
  VALUE,
  /** Writes queries, keys and values, in this order of rows. */
  QUERY_KEY_VALUE,
  /** Reads the attention's result. */
  OUTPUT,
  /** Writes what goes through the activation. */
  GATE,
  /** Writes what the gate multiplies, or without a gate what goes through the activation. */
  UP,
  /** Writes gate and up, in this order of rows. */
  GATE_UP,
  /** Reads the feed-forward part's inner channels. */
  DOWN
}
