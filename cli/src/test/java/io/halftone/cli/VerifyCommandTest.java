package io.halftone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.halftone.calibration.decoder.ConfigJson;
import io.halftone.core.kernel.Compute;
import io.halftone.core.model.RopePairing;
import io.halftone.io.gguf.block.BlockType;
import io.halftone.io.gguf.model.GgufExport;
import io.halftone.io.gguf.model.ModelTensors;
import io.halftone.io.npy.NpyArray;
import io.halftone.io.npy.NpyFile;
import io.halftone.io.safetensors.SafetensorsFile;
import io.halftone.testkit.TinyLlama;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** {@code verify}. */
class VerifyCommandTest {
  @TempDir private Path directory;

  @Test
  void llamaCppAgreesWithHalftonesReading() throws IOException {
    JsonNode facts =
        CommandRun.of("verify", gguf(BlockType.Q8_0), "--with", "llama.cpp", "--json").json();
    assertTrue(facts.path("agrees").asBoolean());
    assertEquals(512, facts.path("positions").asInt());
    assertTrue(facts.path("roundingDivergence").asDouble() > 0);
    if (System.getProperty("os.arch").equals("amd64")) {
      assertEquals("", facts.path("otherOrder").asText());
      assertEquals(0, facts.path("maxDivergence").asDouble());
    }
  }

  @Test
  void disagreementIsExitCodeOne() throws IOException {
    Path tokens = directory.resolve("tokens.npy");
    NpyFile.write(tokens, NpyArray.ofInts(new int[] {1, 2, 3, 4, 5, 6}, 2, 3));
    CommandRun run =
        CommandRun.of("verify", gguf(BlockType.Q5_1), "--inputs", tokens, "--max-divergence", "0");
    assertEquals(1, run.code(), run.err());
    assertTrue(run.out().contains("order of sums of Q5_1 is not known"), run.out());
    assertTrue(run.out().contains("6 positions") && run.out().contains("DISAGREES"), run.out());
  }

  @Test
  void onnxRuntimeAgreesWithTheModelItIsComparedWith() throws IOException {
    Path model = TinyModel.mlp().write(directory.resolve("a.onnx"));
    Path inputs = directory.resolve("x.npy");
    NpyFile.write(inputs, TinyModel.random(3, 8, TinyModel.IN));
    JsonNode facts =
        CommandRun.of("verify", model, "--against", model, "--inputs", inputs, "--json").json();
    assertTrue(facts.path("agrees").asBoolean());
    assertEquals("onnxruntime", facts.path("runtime").asText());
    CommandRun.of("verify", model, "--inputs", inputs).assertRefused("--against");
    CommandRun.of("verify", model, "--against", model).assertRefused("--inputs");
  }

  @Test
  void refusesWhatNoRuntimeReads() throws IOException {
    Path text = Files.writeString(directory.resolve("note.txt"), "no model");
    CommandRun.of("verify", text).assertRefused("note.txt", "neither");
    CommandRun.of("verify", directory.resolve("absent")).assertRefused("absent");
    Path model = gguf(BlockType.Q8_0);
    CommandRun.of("verify", model, "--with", "onnxruntime").assertRefused("run by llama.cpp");
    CommandRun.of("verify", model, "--with", "jlama").assertRefused("jlama-q4", "llama.cpp");
    CommandRun.of("verify", model, "--timeout", "0").assertRefused("--timeout");
    Path broken = Files.writeString(directory.resolve("broken.gguf"), "GGUF");
    CommandRun.of("verify", broken).assertRefused("broken.gguf");
    assertFalse(Files.exists(directory.resolve("absent")));
  }

  @Test
  @DisabledIfEnvironmentVariable(named = "HALFTONE_JLAMA", matches = ".+")
  void jlamaIsNotBrought() throws IOException {
    Path checkpoint = Files.createDirectory(directory.resolve("checkpoint"));
    CommandRun.of("verify", checkpoint, "--with", "jlama").assertRefused("--jlama");
    CommandRun.of(
            "verify", checkpoint, "--with", "jlama", "--jlama", directory, "--java", "/no/java")
        .assertRefused("config.json");
  }

  private Path gguf(BlockType type) throws IOException {
    TinyLlama.copyTo(directory);
    Path file = directory.resolve("tiny.gguf");
    try (ModelTensors model =
        new ModelTensors(
            "tiny",
            ConfigJson.parse(new String(TinyLlama.bytes(TinyLlama.CONFIG), StandardCharsets.UTF_8)),
            SafetensorsFile.open(directory.resolve(TinyLlama.WEIGHTS)),
            RopePairing.HALF_SPLIT,
            Optional.empty())) {
      GgufExport.of(type, Compute.defaults()).write(file, model);
    }
    return file;
  }
}
