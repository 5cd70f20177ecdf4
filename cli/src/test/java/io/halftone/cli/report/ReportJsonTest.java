package io.halftone.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportJsonTest {

  @Test
  void namesTheFactsOfARunAsPromised() throws IOException {
    JsonNode run = parsed(Samples.demo("W4A16_G32")).get("results").get(9);
    List<String> names = new ArrayList<>();
    run.fieldNames().forEachRemaining(names::add);
    assertEquals(
        List.of(
            "recipe",
            "scheme",
            "meanRelativeOutputError",
            "meanSqnrDb",
            "meanCosine",
            "bitsPerWeight",
            "fileBytes",
            "seconds",
            "sha256",
            "outcomes",
            "layers"),
        names);
    assertEquals("halftone", run.get("recipe").asText());
    assertEquals(36, run.get("outcomes").get("calibrated").asInt());
    assertEquals("folded", run.get("layers").get(0).get("placement").asText());
    assertEquals("calibrated", run.get("layers").get(0).get("outcome").get("label").asText());
  }

  @Test
  void writesInstantsInIsoAndUnmeasuredNumbersAsNull() throws IOException {
    RunResult twin =
        new RunResult(
            "published",
            "W8A8",
            Double.NaN,
            Double.POSITIVE_INFINITY,
            0.9987,
            Double.NaN,
            7,
            1,
            "",
            Map.of(),
            List.of());
    JsonNode json = parsed(Samples.data(List.of(twin), List.of()));
    assertEquals("2026-01-02T03:04:05Z", json.get("created").asText());
    JsonNode run = json.get("results").get(0);
    assertTrue(run.get("meanRelativeOutputError").isNull());
    assertTrue(run.get("meanSqnrDb").isNull());
    assertEquals(0.9987, run.get("meanCosine").asDouble());
  }

  @Test
  void keepsEveryDigit() throws IOException {
    double error = 0.1 + 0.2;
    RunResult run =
        RunResult.of(
            "rtn", "W4A16_G32", 1, 1, 1, "", List.of(new LayerBuilder("a", error).build()));
    JsonNode layer =
        parsed(Samples.data(List.of(run), List.of())).get("results").get(0).get("layers").get(0);
    assertEquals(error, layer.get("relativeOutputError").asDouble());
  }

  private static JsonNode parsed(ReportData data) throws IOException {
    return new ObjectMapper().readTree(ReportJson.pretty(data));
  }
}
