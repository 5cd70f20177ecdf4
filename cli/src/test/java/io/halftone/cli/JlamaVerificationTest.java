package io.halftone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.halftone.testkit.TinyLlama;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Converted checkpoints in Jlama 0.8.4. Run where the environment names its jars by {@code
 * HALFTONE_JLAMA} and, on a Java older than 20, a newer one by {@code HALFTONE_JAVA}.
 */
@EnabledIfEnvironmentVariable(named = "HALFTONE_JLAMA", matches = ".+")
class JlamaVerificationTest {
  private static final int BYTES = 256;
  private static final int FIRST_PRINTABLE = '!';

  @TempDir private Path directory;

  @Test
  void jlamaAgreesWithHalftonesReading() throws IOException {
    Path model = TinyLlama.copyTo(Files.createDirectory(directory.resolve("model")));
    Path file = directory.resolve("m.gguf");
    CommandRun.of("convert", model, file, "--to", "gguf-q4_0", "--without-tokenizer").assertDone();
    Path checkpoint = directory.resolve("checkpoint");
    JsonNode facts =
        CommandRun.of("convert", file, checkpoint, "--to", "jlama-q4", "--for", "jlama", "--json")
            .json();
    assertTrue(facts.get("lossless").booleanValue(), facts::toString);
    addTokenizer(checkpoint);
    JsonNode verified = CommandRun.of("verify", checkpoint, "--with", "jlama", "--json").json();
    assertEquals(512, verified.get("positions").intValue());
    assertTrue(verified.get("meanDivergence").doubleValue() < 1e-6, verified::toString);
  }

  /** Jlama does not start without one, though token ids are all it is given. */
  private static void addTokenizer(Path checkpoint) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    Path configFile = checkpoint.resolve("config.json");
    ObjectNode config = (ObjectNode) mapper.readTree(Files.readAllBytes(configFile));
    config.put("bos_token_id", 0).put("eos_token_id", 0);
    Files.writeString(configFile, config.toString());
    ObjectNode tokenizer = mapper.createObjectNode();
    tokenizer.putObject("pre_tokenizer").put("type", "ByteLevel");
    tokenizer.putObject("decoder").put("type", "ByteLevel");
    ObjectNode model = tokenizer.putObject("model").put("type", "BPE");
    ObjectNode words = model.putObject("vocab");
    for (int id = 0; id < BYTES; id++) {
      words.put(Character.toString(FIRST_PRINTABLE + id), id);
    }
    model.putArray("merges");
    Files.write(
        checkpoint.resolve("tokenizer.json"),
        tokenizer.toString().getBytes(StandardCharsets.UTF_8));
  }
}
