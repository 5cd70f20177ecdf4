package io.halftone.cli.report;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The report as one HTML file that needs nothing else: styles, scripts, the chart library and the
 * data stand inside it, and its content security policy forbids it to load anything.
 */
public final class HtmlReport {

  private static final String CHARTS =
      "/META-INF/resources/webjars/echarts/5.5.0/echarts.common.min.js";

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(\\w+)}}");

  private HtmlReport() {}

  /**
   * Writes the report. The file appears complete or not at all: it is written beside its place and
   * moved there, replacing a report that stood there.
   *
   * @param data what to show
   * @param file where; missing parent directories are made
   * @throws IOException if it cannot be written; what stood at {@code file} is then intact
   */
  public static void write(ReportData data, Path file) throws IOException {
    Path target = file.toAbsolutePath();
    Path directory = Files.createDirectories(target.getParent());
    Path partial = directory.resolve("." + target.getFileName() + ".part");
    try {
      Files.writeString(partial, render(data));
      Files.move(
          partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  /**
   * Returns the report's HTML.
   *
   * @param data what to show
   * @throws IOException if a part of the page is missing from the class path
   */
  public static String render(ReportData data) throws IOException {
    Map<String, String> parts =
        Map.of(
            "theme", resource("theme.js"),
            "style", resource("report.css"),
            "library", resource(CHARTS),
            "data", ReportJson.forScript(Page.of(data)),
            "format", resource("format.js"),
            "tables", resource("tables.js"),
            "charts", resource("charts.js"),
            "page", resource("page.js"));
    return PLACEHOLDER
        .matcher(resource("report.html"))
        .replaceAll(match -> Matcher.quoteReplacement(part(parts, match)));
  }

  private record Page(
      ReportData report, String headline, int best, List<List<LayerAdvice>> advice) {

    static Page of(ReportData data) {
      return new Page(
          data,
          Headline.of(data),
          Headline.best(data).map(data.results()::indexOf).orElse(-1),
          data.results().stream().map(run -> Advice.DEFAULT.on(run, data)).toList());
    }
  }

  private static String part(Map<String, String> parts, MatchResult match) {
    String part = parts.get(match.group(1));
    if (part == null) {
      throw new IllegalStateException("the report's template asks for " + match.group());
    }
    return part;
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new FileNotFoundException("the report needs " + name + " on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
