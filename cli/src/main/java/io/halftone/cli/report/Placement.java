package io.halftone.cli.report;

import java.util.Locale;

/** Where the transform of a layer's input stands. */
public enum Placement {
  /** No transform was fitted. */
  NONE,
  /** Merged into the operation that produces the input; costs nothing at run time. */
  FOLDED,
  /** Applied to the input at run time. */
  ONLINE;

  /** Returns the lower-case word used in reports, for example {@code "folded"}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
