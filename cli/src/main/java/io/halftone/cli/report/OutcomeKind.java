package io.halftone.cli.report;

import java.util.Locale;

/** How a layer came to be what it is in the written model. */
public enum OutcomeKind {
  /** Quantized by the recipe as asked. */
  CALIBRATED,
  /** Quantized by the recipe after the Gram matrix was damped more than the recipe asks. */
  DAMPED,
  /** Quantized by another method than asked, because the user allowed it. */
  FALLBACK,
  /** Left as it was. */
  SKIPPED;

  /** Returns the lower-case word used in reports, for example {@code "calibrated"}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
