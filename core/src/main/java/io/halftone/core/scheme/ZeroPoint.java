package io.halftone.core.scheme;

/** Whether a grid has an offset, and of which kind. */
public enum ZeroPoint {
  /** No offset: value = code * scale. */
  NONE,
  /** An integer code that stands for 0. */
  INTEGER,
  /** A real offset in code units. */
  FLOAT
}
