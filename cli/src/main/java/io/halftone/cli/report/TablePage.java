package io.halftone.cli.report;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Facts about a language model as one HTML page that needs nothing else.
 *
 * @param model its title
 * @param facts lines above the tables
 * @param tables in this order
 */
public record TablePage(String model, List<String> facts, List<Table> tables) {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(\\w+)}}");

  /** Takes copies of the lists. */
  public TablePage {
    facts = List.copyOf(facts);
    tables = List.copyOf(tables);
  }

  /**
   * One table.
   *
   * @param title above it
   * @param heads of its columns
   * @param rows a cell for each head
   */
  public record Table(String title, List<String> heads, List<List<String>> rows) {
    /** Takes copies of the lists and checks that every row is complete. */
    public Table {
      heads = List.copyOf(heads);
      rows = List.copyOf(rows);
      for (List<String> row : rows) {
        if (row.size() != heads.size()) {
          throw new IllegalArgumentException(
              "a row of " + row.size() + " cells under " + heads.size() + " heads: " + row);
        }
      }
    }

    private String html() {
      StringBuilder html = new StringBuilder();
      html.append("<h2>").append(escaped(title)).append("</h2>\n<table>\n");
      html.append(line("th", heads));
      rows.forEach(row -> html.append(line("td", row)));
      return html.append("</table>\n").toString();
    }

    private static String line(String cell, List<String> texts) {
      StringBuilder html = new StringBuilder("<tr>");
      for (String text : texts) {
        html.append('<').append(cell).append('>').append(escaped(text));
        html.append("</").append(cell).append('>');
      }
      return html.append("</tr>\n").toString();
    }
  }

  /**
   * The page.
   *
   * @throws IOException if a part of it is missing from the class path
   */
  public String html() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String line : facts) {
      lines.append("<p class=\"muted\">").append(escaped(line)).append("</p>\n");
    }
    StringBuilder html = new StringBuilder();
    tables.forEach(table -> html.append(table.html()));
    Map<String, String> parts =
        Map.of(
            "style", resource("report.css"),
            "model", escaped(model),
            "facts", lines.toString(),
            "tables", html.toString());
    return PLACEHOLDER
        .matcher(resource("language.html"))
        .replaceAll(match -> Matcher.quoteReplacement(parts.get(match.group(1))));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = TablePage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new FileNotFoundException("the report needs " + name + " on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
