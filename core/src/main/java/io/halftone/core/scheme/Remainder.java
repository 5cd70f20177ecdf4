package io.halftone.core.scheme;

/** What happens when a row's length is not a multiple of the group size. */
public enum Remainder {
  /** The layer is refused with an exception. */
  REFUSE,
  /** The last group of each row is shorter. */
  SHORT_LAST_GROUP
}
