package io.halftone.cli.report;

import io.halftone.calibration.decoder.RecipeRow;
import java.util.List;
import java.util.Locale;

/** A language model's recipes as a page: a table per scheme. */
final class LanguagePage {
  private static final List<String> HEADS =
      List.of("recipe", "perplexity", "KL", "relative error", "bits per weight", "seconds");

  private LanguagePage() {}

  static TablePage of(LanguageReport report) {
    List<TablePage.Table> tables =
        report.results().stream()
            .map(RecipeRow::scheme)
            .distinct()
            .map(scheme -> table(report, scheme))
            .toList();
    return new TablePage(report.model(), List.of(facts(report)), tables);
  }

  private static String facts(LanguageReport report) {
    return report.calibrationTokens()
        + " calibration tokens ("
        + report.propagation()
        + ", "
        + report.tuningEpochs()
        + " epochs of tuning), "
        + report.evaluationTokens()
        + " evaluation tokens, seed "
        + report.seed()
        + "; KL in nats per token; errors are the layers' own, on float inputs";
  }

  private static TablePage.Table table(LanguageReport report, String scheme) {
    return new TablePage.Table(
        scheme,
        HEADS,
        report.results().stream()
            .filter(row -> row.scheme().equals(scheme))
            .map(LanguagePage::line)
            .toList());
  }

  private static List<String> line(RecipeRow row) {
    return List.of(
        row.recipe(),
        number("%.4f", row.perplexity()),
        number("%.5f", row.kl()),
        number("%.6f", row.meanRelativeOutputError()),
        number("%.3f", row.bitsPerWeight()),
        number("%.1f", row.seconds()));
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
