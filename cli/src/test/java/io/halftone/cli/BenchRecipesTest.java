package io.halftone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.halftone.io.npy.NpyArray;
import io.halftone.io.npy.NpyFile;
import io.halftone.testkit.TinyLlama;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bench-recipes} on the testkit's trained model. */
class BenchRecipesTest {
  @TempDir private Path directory;

  @BeforeEach
  void copy() throws IOException {
    TinyLlama.copyTo(directory);
  }

  private Path tokens(int rows) throws IOException {
    int length = 64;
    int[] values = new int[rows * length];
    for (int r = 0; r < rows; r++) {
      System.arraycopy(TinyLlama.tokens()[r], 0, values, r * length, length);
    }
    Path file = directory.resolve("tokens.npy");
    NpyFile.write(file, NpyArray.ofInts(values, rows, length));
    return file;
  }

  @Test
  void everyRecipeUnderEverySchemeIsARow() throws IOException {
    Path reports = directory.resolve("reports");
    CommandRun run =
        CommandRun.of(
            "bench-recipes",
            directory,
            "--tokens",
            tokens(12),
            "--calibration-rows",
            4,
            "--evaluation-rows",
            8,
            "--recipes",
            "rtn,quarot",
            "--schemes",
            "W3A16_G32,W4A4KV4_G32,KV4",
            "--output",
            reports,
            "--json");
    JsonNode results = run.json().get("results");
    assertEquals(7, results.size());
    assertEquals("float", results.get(0).get("recipe").textValue());
    assertEquals(
        List.of(
            "recipe",
            "scheme",
            "perplexity",
            "kl",
            "meanRelativeOutputError",
            "bitsPerWeight",
            "seconds"),
        fields(results.get(3)));
    double exact = results.get(0).get("perplexity").doubleValue();
    for (int i = 1; i < results.size(); i++) {
      double perplexity = results.get(i).get("perplexity").doubleValue();
      assertTrue(perplexity > 0.98 * exact && perplexity < 3 * exact, results.get(i).toString());
      assertTrue(results.get(i).get("kl").doubleValue() > 0, results.get(i).toString());
    }
    String written = Files.readString(reports.resolve("results.json"));
    assertEquals(run.json(), CommandRun.json(written));
    String page = Files.readString(reports.resolve("report.html"));
    assertTrue(page.contains("<td>quarot</td>") && page.contains("<h2>W4A4KV4_G32</h2>"), page);
  }

  private static List<String> fields(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void withoutTokensTheModelDrawsItsOwn() {
    Object[] words = {
      "bench-recipes",
      directory,
      "--calibration-rows",
      2,
      "--evaluation-rows",
      2,
      "--recipes",
      "rtn",
      "--schemes",
      "KV2",
      "--json"
    };
    JsonNode first = CommandRun.of(words).json();
    assertEquals(2L * 256, first.get("calibrationTokens").longValue());
    JsonNode second = CommandRun.of(words).json();
    assertEquals(
        first.at("/results/1/perplexity").doubleValue(),
        second.at("/results/1/perplexity").doubleValue());
    Object[] seeded = Arrays.copyOf(words, words.length + 2);
    seeded[words.length] = "--seed";
    seeded[words.length + 1] = 5;
    JsonNode other = CommandRun.of(seeded).json();
    assertTrue(!first.get("results").equals(other.get("results")));
  }

  @Test
  void wrongWordsAreRefused() throws IOException {
    CommandRun.of("bench-recipes", directory.resolve("none")).assertRefused("there is no file");
    CommandRun.of("bench-recipes", directory, "--recipes", "hafltone")
        .assertRefused("did you mean 'halftone'");
    CommandRun.of("bench-recipes", directory, "--schemes", "W4KV").assertRefused("unknown scheme");
    CommandRun.of("bench-recipes", directory, "--propagation", "none")
        .assertRefused("float-targets");
    CommandRun.of("bench-recipes", directory, "--tokens", tokens(3))
        .assertRefused("has 3 sequences, 192 are asked for");
    CommandRun.of("bench-recipes", directory, "--calibration-rows", 0)
        .assertRefused("must be at least 1");
  }
}
