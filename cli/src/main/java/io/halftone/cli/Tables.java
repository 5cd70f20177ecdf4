package io.halftone.cli;

import io.halftone.cli.report.ReportData;
import io.halftone.cli.report.RunResult;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The comparison of recipes as a table for a terminal. */
final class Tables {
  private static final String ROW = "%-24s %-11s %12s %9s %10s %8s %8s %8s  %-16s %s";
  private static final int HASH_DIGITS = 12;

  private Tables() {}

  static void print(Output output, ReportData facts) {
    output.line(
        ROW,
        "recipe",
        "scheme",
        "rel. error",
        "SQNR dB",
        "cosine",
        "bits/w",
        "MB",
        "seconds",
        "outcomes",
        "sha256");
    for (RunResult run : facts.results()) {
      output.line(
          ROW,
          run.recipe(),
          run.scheme(),
          number("%.6f", run.meanRelativeOutputError()),
          number("%.2f", run.meanSqnrDb()),
          number("%.6f", run.meanCosine()),
          number("%.3f", run.bitsPerWeight()),
          number("%.1f", run.fileBytes() / 1e6),
          number("%.1f", run.seconds()),
          outcomes(run.outcomes()),
          run.sha256().substring(0, Math.min(HASH_DIGITS, run.sha256().length())));
    }
  }

  private static String number(String format, double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, value);
  }

  private static String outcomes(Map<String, Integer> outcomes) {
    return outcomes.entrySet().stream()
        .map(entry -> entry.getValue() + " " + entry.getKey())
        .collect(Collectors.joining(", "));
  }
}
