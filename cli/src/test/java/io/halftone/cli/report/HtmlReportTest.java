package io.halftone.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HtmlReportTest {

  private static final Pattern DATA =
      Pattern.compile(
          "<script type=\"application/json\" id=\"data\">(.*?)</script>", Pattern.DOTALL);

  @TempDir Path directory;

  @Test
  void carriesTheDataWhole() throws IOException {
    ReportData data = Samples.demo("W4A16_G32", "W3A16_G32");
    JsonNode page = page(HtmlReport.render(data));
    assertEquals(new ObjectMapper().readTree(ReportJson.pretty(data)), page.get("report"));
    assertEquals(20, page.get("advice").size());
    assertEquals("halftone", data.results().get(page.get("best").asInt()).recipe());
  }

  @Test
  void loadsNothingFromANetwork() throws IOException {
    String html = HtmlReport.render(Samples.demo("W4A16_G32"));
    assertFalse(
        Pattern.compile("<script[^>]*\\bsrc\\s*=").matcher(html).find(), "a script by address");
    String markup =
        Pattern.compile("<script.*?</script>", Pattern.DOTALL).matcher(html).replaceAll("");
    Pattern reference =
        Pattern.compile(
            "<(?:link|iframe|img|object|embed|base)\\b|@import|url\\(|\\b(?:src|href)\\s*=|https?://");
    assertFalse(reference.matcher(markup).find(), "a reference to something outside the file");
    assertTrue(html.contains("content=\"default-src 'none';"), "content security policy");
  }

  @Test
  void keepsTheLicenceOfTheChartLibrary() throws IOException {
    String html = HtmlReport.render(Samples.demo("W4A16_G32"));
    assertTrue(html.contains("Licensed to the Apache Software Foundation (ASF)"));
    assertTrue(html.contains("Charts by Apache ECharts"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "</script><script>alert(1)</script>",
        "<!--<script>",
        "\"><img src=x onerror=alert(1)>",
        "{{library}}",
        "$1 \\ \u2028 & 'layer'"
      })
  void keepsHostileNamesAsText(String name) throws IOException {
    LayerResult layer = new LayerBuilder(name, 0.01).build();
    RunResult run = RunResult.of(name, name, 0.9, 1, 1, name, List.of(layer));
    String html = HtmlReport.render(Samples.data(List.of(run), List.of()));

    JsonNode shown = page(html).get("report").get("results").get(0);
    assertEquals(name, shown.get("recipe").asText());
    assertEquals(name, shown.get("layers").get(0).get("layer").asText());
    assertEquals(4, count(html, "<script"), "script elements");
    assertEquals(4, count(html, "</script>"), "ends of script elements");
    Matcher data = DATA.matcher(html);
    assertTrue(data.find() && data.group(1).chars().noneMatch(c -> c == '<' || c == '\u2028'));
  }

  @Test
  void namesOnlyElementsThatTheTemplateHas() throws IOException {
    String html = HtmlReport.render(Samples.demo("W4A16_G32"));
    String script = html.substring(html.lastIndexOf("<script>"));
    Matcher named = Pattern.compile("(?:byId|draw|Chart)\\(\"([\\w-]+)\"").matcher(script);
    int found = 0;
    while (named.find()) {
      found++;
      assertTrue(html.contains("id=\"" + named.group(1) + "\""), named.group(1));
    }
    assertTrue(found > 15, () -> "the scripts should name many elements");
  }

  @Test
  void rendersWithoutAnyResult() throws IOException {
    JsonNode page = page(HtmlReport.render(Samples.data(List.of(), List.of())));
    assertEquals(-1, page.get("best").asInt());
    assertEquals("No layer was quantized and measured.", page.get("headline").asText());
  }

  @Test
  void replacesAnOlderReportAndLeavesNothingElse() throws IOException {
    Path file = directory.resolve("reports/report.html");
    HtmlReport.write(Samples.data(List.of(), List.of()), file);
    HtmlReport.write(Samples.demo("W4A16_G32"), file);
    assertEquals(HtmlReport.render(Samples.demo("W4A16_G32")), Files.readString(file));
    assertEquals(List.of(file), children(file.getParent()));
  }

  @Test
  void leavesWhatStoodThereWhenItCannotWrite() throws IOException {
    Path occupied = Files.createDirectories(directory.resolve("report.html"));
    Path inside = Files.writeString(occupied.resolve("kept.txt"), "kept");
    assertThrows(IOException.class, () -> HtmlReport.write(Samples.demo("W4A16_G32"), occupied));
    assertEquals("kept", Files.readString(inside));
    assertEquals(List.of(occupied), children(directory));
  }

  private static JsonNode page(String html) throws IOException {
    Matcher data = DATA.matcher(html);
    assertTrue(data.find(), "the page's data");
    return new ObjectMapper().readTree(data.group(1));
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }

  private static List<Path> children(Path directory) throws IOException {
    try (Stream<Path> children = Files.list(directory)) {
      return children.toList();
    }
  }
}
