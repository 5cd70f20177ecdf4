package io.halftone.cli.report;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The one sentence a reader should keep: what the best recipe costs, and what plain rounding costs
 * beside it.
 */
final class Headline {

  /** The recipe every other one is compared with. */
  static final String BASELINE = "rtn";

  private Headline() {}

  /** Returns the sentence about the first scheme in which a layer's error was measured. */
  static String of(ReportData data) {
    return best(data)
        .map(run -> sentence(run, data.under(run.scheme())))
        .orElse("No layer was quantized and measured.");
  }

  /** Returns the run with the smallest error under the first scheme in which one was measured. */
  static Optional<RunResult> best(ReportData data) {
    return data.results().stream()
        .filter(Headline::measured)
        .findFirst()
        .flatMap(
            first ->
                data.under(first.scheme()).stream()
                    .filter(Headline::measured)
                    .min(Comparator.comparingDouble(RunResult::meanRelativeOutputError)));
  }

  private static String sentence(RunResult best, List<RunResult> rivals) {
    String cost =
        String.format(
            Locale.ROOT,
            "%s at %.2f bits per weight costs %s relative output error",
            best.recipe(),
            best.bitsPerWeight(),
            error(best));
    if (best.recipe().equals(BASELINE)) {
      return cost + ".";
    }
    return rivals.stream()
        .filter(run -> run.recipe().equals(BASELINE) && measured(run))
        .findFirst()
        .map(baseline -> cost + "; " + BASELINE + " " + error(baseline) + ".")
        .orElse(cost + ".");
  }

  private static String error(RunResult run) {
    return String.format(Locale.ROOT, "%.2g", run.meanRelativeOutputError());
  }

  private static boolean measured(RunResult run) {
    return !Double.isNaN(run.meanRelativeOutputError());
  }
}
