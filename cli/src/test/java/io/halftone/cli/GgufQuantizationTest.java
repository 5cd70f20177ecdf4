package io.halftone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.halftone.io.gguf.GgufFile;
import io.halftone.io.npy.NpyArray;
import io.halftone.io.npy.NpyFile;
import io.halftone.testkit.TinyLlama;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code quantize --format gguf-*}: solvers inside the blocks of GGUF files. */
class GgufQuantizationTest {
  @TempDir private Path directory;
  private Path model;
  private Path calibration;

  @BeforeEach
  void writeModel() throws IOException {
    model = TinyCheckpoint.floats(directory.resolve("model"));
    calibration = directory.resolve("calibration.npy");
    int[] ids = Arrays.stream(TinyLlama.tokens(), 0, 2).flatMapToInt(Arrays::stream).toArray();
    NpyFile.write(calibration, NpyArray.ofInts(ids, 2, 256));
  }

  private CommandRun quantize(String name, String format, String recipe, Object... more) {
    Object[] words = {
      "quantize",
      model,
      "--calibration",
      calibration,
      "--output",
      directory.resolve(name),
      "--format",
      format,
      "--recipe",
      recipe,
      "--json"
    };
    return CommandRun.of(
        Stream.concat(Arrays.stream(words), Arrays.stream(more)).toArray(Object[]::new));
  }

  @Test
  void calibratedCodesBeatTheEncodersAndLieInTheFile() throws IOException {
    double rounded = quantize("r", "gguf-q4_0", "rtn").json().get("divergence").doubleValue();
    JsonNode facts = quantize("q", "gguf-q4_0", "quantease").json();
    double solved = facts.get("divergence").doubleValue();
    assertTrue(solved < rounded, () -> solved + " after " + rounded);
    Path file = directory.resolve("q").resolve("model.gguf");
    try (GgufFile written = GgufFile.open(file)) {
      assertEquals("Q4_0", written.info("blk.0.attn_q.weight").type());
      assertEquals("Q8_0", written.info("output.weight").type());
    }
    CommandRun.of("verify", directory.resolve("q")).assertDone();
    CommandRun.of("verify", directory.resolve("q"), "--model", model, "--calibration", calibration)
        .assertDone();
    Path tokens = directory.resolve("tokens.npy");
    NpyFile.write(tokens, NpyArray.ofInts(new int[] {7, 1, 2, 3, 4, 5, 6, 9}, 1, 8));
    CommandRun.of("verify", file, "--inputs", tokens).assertDone();
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 40] ^= 1;
    Files.write(file, bytes);
    assertEquals(1, CommandRun.of("verify", directory.resolve("q")).code());
  }

  @Test
  void narrowRowsGetTheTypeInItsPlaceOrARefusal() throws IOException {
    quantize("k", "gguf-q4_k", "gptq").assertDone();
    try (GgufFile written = GgufFile.open(directory.resolve("k").resolve("model.gguf"))) {
      assertEquals("Q5_0", written.info("blk.0.ffn_down.weight").type());
    }
    quantize("n", "gguf-q2_k", "gptq").assertRefused("IQ4_NL", "--exclude");
    quantize("n", "gguf-q4_0", "halftone").assertRefused("ScaleRefit", "--recipe quantease");
    quantize("n", "gguf-f16", "gptq").assertRefused("gguf-q4_0");
    Path tokenizer = model.resolve("tokenizer.json");
    Files.writeString(tokenizer, "{\"model\":{\"type\":\"Unigram\",\"vocab\":[]}}");
    quantize("n", "gguf-q4_0", "gptq").assertRefused("tokenizer.json", "Unigram");
  }
}
