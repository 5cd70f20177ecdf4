package io.halftone.core.scheme;

/** Whether a grid has an offset, and of which kind. */
public enum ZeroPoint {
  /** No offset: value = code * scale. */
  NONE,
  /** An integer code that stands for 0: value = (code - zero) * scale. */
  INTEGER,
  /** A real offset in code units: value = (code - zero) * scale. */
  FLOAT,
  /** A real offset in value units, stored as scales are: value = code * scale + offset. */
  OFFSET
}
