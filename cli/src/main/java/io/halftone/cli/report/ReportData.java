package io.halftone.cli.report;

import java.time.Instant;
import java.util.List;

/**
 * Everything a command found: what {@code --json} prints and what the HTML report shows.
 *
 * @param title title of the report, any text
 * @param created when the command ran; besides measured times the only value that differs between
 *     two equal runs
 * @param summary what was quantized
 * @param results what each recipe made of it, in the order they ran
 * @param provenance what is needed to obtain the same bytes again
 */
public record ReportData(
    String title,
    Instant created,
    Summary summary,
    List<RunResult> results,
    Provenance provenance) {

  /** Checks the title and copies the list. */
  public ReportData {
    Require.text("title", title);
    if (created == null || summary == null || provenance == null) {
      throw new IllegalArgumentException("created, summary and provenance must not be null");
    }
    results = List.copyOf(results);
  }

  /** Returns the results under one scheme, in their order. */
  List<RunResult> under(String scheme) {
    return results.stream().filter(run -> run.scheme().equals(scheme)).toList();
  }
}
