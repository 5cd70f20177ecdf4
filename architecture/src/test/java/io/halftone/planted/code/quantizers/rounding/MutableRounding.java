package io.halftone.planted.code.quantizers.rounding;

import io.halftone.core.spi.Part;
import java.io.File;
import java.util.Locale;
import java.util.Map;

/** Breaks every rule on code but those on vectors. */
public final class MutableRounding implements Part {
  private static final long serialVersionUID = 1;

  static int calls;

  /** Reads a file, the clock and the locale. */
  public double round(Map<String, Object> options, File file) {
    calls++;
    System.out.println(options + file.getName().toUpperCase(Locale.getDefault()));
    return Math.exp((double) System.nanoTime());
  }

  /** Named after nothing. */
  static final class RoundingHelper {}
}
