package io.halftone.cli.report;

import io.halftone.calibration.decoder.RecipeRow;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A language model's recipes as one HTML page that needs nothing else: a table per scheme. */
final class LanguagePage {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(\\w+)}}");

  private LanguagePage() {}

  /**
   * The page.
   *
   * @throws IOException if a part of it is missing from the class path
   */
  static String of(LanguageReport report) throws IOException {
    Map<String, String> parts =
        Map.of(
            "style", resource("report.css"),
            "model", escaped(report.model()),
            "facts", escaped(facts(report)),
            "tables", tables(report));
    return PLACEHOLDER
        .matcher(resource("language.html"))
        .replaceAll(match -> Matcher.quoteReplacement(parts.get(match.group(1))));
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

  private static String tables(LanguageReport report) {
    StringBuilder html = new StringBuilder();
    for (String scheme : report.results().stream().map(RecipeRow::scheme).distinct().toList()) {
      html.append("<h2>").append(escaped(scheme)).append("</h2>\n<table>\n<tr>");
      for (String head :
          List.of("recipe", "perplexity", "KL", "relative error", "bits per weight", "seconds")) {
        html.append("<th>").append(head).append("</th>");
      }
      html.append("</tr>\n");
      report.results().stream()
          .filter(row -> row.scheme().equals(scheme))
          .forEach(row -> html.append(line(row)));
      html.append("</table>\n");
    }
    return html.toString();
  }

  private static String line(RecipeRow row) {
    return String.format(
        Locale.ROOT,
        "<tr><td>%s</td><td>%.4f</td><td>%.5f</td><td>%.6f</td><td>%.3f</td><td>%.1f</td></tr>%n",
        escaped(row.recipe()),
        row.perplexity(),
        row.kl(),
        row.meanRelativeOutputError(),
        row.bitsPerWeight(),
        row.seconds());
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = LanguagePage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new FileNotFoundException("the report needs " + name + " on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
