package io.halftone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.halftone.core.tensor.FloatMatrix;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights of calibration tokens on the command line. */
class TokenWeightsTest {
  private static final int ROWS = 2;
  private static final int LENGTH = 256;

  @TempDir private Path directory;
  private Path model;
  private Path calibration;
  private int[] tokens;

  @BeforeEach
  void copyModel() throws IOException {
    model = TinyLlama.copyTo(Files.createDirectory(directory.resolve("model")));
    tokens = Arrays.stream(TinyLlama.tokens(), 0, ROWS).flatMapToInt(Arrays::stream).toArray();
    calibration = directory.resolve("calibration.npy");
    NpyFile.write(calibration, NpyArray.ofInts(tokens, ROWS, LENGTH));
  }

  private CommandRun quantize(String output, Object... more) {
    List<Object> words =
        new ArrayList<>(
            List.of(
                "quantize",
                model,
                "--recipe",
                "gptq",
                "--calibration",
                calibration,
                "--output",
                directory.resolve(output),
                "--json"));
    words.addAll(List.of(more));
    return CommandRun.of(words.toArray());
  }

  private static String hash(CommandRun run) {
    return run.json().get("sha256").textValue();
  }

  private Path weights(float others, float start) throws IOException {
    FloatMatrix weights = FloatMatrix.zeros(ROWS, LENGTH);
    for (int t = 0; t < tokens.length; t++) {
      weights.data()[t] = tokens[t] == tokens[0] ? start : others;
    }
    Path file = directory.resolve("weights.npy");
    NpyFile.write(file, weights);
    return file;
  }

  @Test
  void saidByTokenOrByFileAreTheSame() throws IOException {
    String plain = hash(quantize("plain"));
    String byToken = hash(quantize("token", "--token-weights", tokens[0] + "=0"));
    assertNotEquals(plain, byToken);
    JsonNode byFile = quantize("file", "--token-weights", weights(1, 0)).json();
    assertEquals(byToken, byFile.get("sha256").textValue());
    assertTrue(byFile.at("/provenance/inputs").toString().contains("token weights"));
    assertEquals(plain, hash(quantize("ones", "--token-weights", weights(1, 1))));
  }

  @Test
  void belongToWhatIsVerified() {
    String start = tokens[0] + "=0";
    hash(quantize("q", "--token-weights", start));
    Path checkpoint = directory.resolve("q");
    CommandRun same =
        CommandRun.of(
            "verify",
            checkpoint,
            "--model",
            model,
            "--calibration",
            calibration,
            "--token-weights",
            start,
            "--json");
    assertTrue(same.json().get("agrees").booleanValue());
    CommandRun other =
        CommandRun.of("verify", checkpoint, "--model", model, "--calibration", calibration);
    assertEquals(1, other.code());
    assertTrue(other.out().contains("the calibration: its tokens with their weights"), other.out());
    CommandRun.of("verify", checkpoint, "--token-weights", start).assertRefused("--calibration");
  }

  @ParameterizedTest
  @CsvSource({
    "START=-1, must be finite and not negative",
    "'START=0,2', ID=WEIGHT",
    "START=e, input string",
    "x=1, x=1",
    "9999=0, token 9999 does not occur"
  })
  void otherFormsAreRefused(String given, String reason) {
    quantize("q", "--token-weights", given.replace("START", Integer.toString(tokens[0])))
        .assertRefused("token", reason);
  }

  @Test
  void aFileNeedsAWeightPerToken() throws IOException {
    Path file = directory.resolve("short.npy");
    NpyFile.write(file, FloatMatrix.zeros(1, LENGTH));
    quantize("q", "--token-weights", file).assertRefused("256 weights", "512 tokens");
    quantize("q", "--token-weights", weights(0, 0)).assertRefused("saw no token");
  }

  @Test
  void areRefusedWhereTheyDoNotCount() {
    CommandRun.of("bench-recipes", model, "--token-weights", "1=0", "--tuning-epochs", "1")
        .assertRefused("--token-weights", "tuning");
  }
}
