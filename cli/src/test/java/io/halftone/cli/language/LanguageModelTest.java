package io.halftone.cli.language;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.calibration.decoder.LanguageEvaluation;
import io.halftone.calibration.decoder.TokenSequences;
import io.halftone.core.kernel.Compute;
import io.halftone.testkit.TinyLlama;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LanguageModelTest {
  /** PyTorch's perplexity of the trained model; it stands in the model's README. */
  private static final double PERPLEXITY = 2.53230;

  @TempDir private Path directory;
  private Path original;

  @BeforeEach
  void copyModel() throws IOException {
    original = TinyLlama.copyTo(Files.createDirectory(directory.resolve("original")));
  }

  private static void assertPerplexity(Path path) throws IOException {
    try (LanguageModel model = LanguageModel.open(path)) {
      TokenSequences tokens = new TokenSequences(Arrays.asList(TinyLlama.tokens()).subList(64, 96));
      assertEquals(
          PERPLEXITY,
          LanguageEvaluation.of(Compute.defaults()).score(model.decoder(), tokens).perplexity(),
          5e-6,
          model.layout());
    }
  }

  @Test
  void everyLayoutHasThePerplexityThatTorchFinds() throws IOException {
    assertPerplexity(original);
    try (LanguageModel model = LanguageModel.open(original)) {
      assertPerplexity(Layouts.sharded(model, directory.resolve("sharded")));
      assertPerplexity(Layouts.gguf(model, directory.resolve("model.gguf")));
      assertPerplexity(Layouts.llama2c(model, directory.resolve("model.bin")));
    }
  }

  @Test
  void givesTheSameBytesFromEveryLayout() throws IOException {
    try (LanguageModel model = LanguageModel.open(original)) {
      Path c = Layouts.llama2c(model, directory.resolve("model.bin"));
      Path gguf = Layouts.gguf(model, directory.resolve("model.gguf"));
      try (LanguageModel first = LanguageModel.open(c);
          LanguageModel second = LanguageModel.open(gguf)) {
        for (String name : model.tensors().names()) {
          float[] expected = model.tensors().floats(name).data();
          assertArrayEquals(expected, first.tensors().floats(name).data(), name);
          assertArrayEquals(expected, second.tensors().floats(name).data(), name);
          float[] bytes = new float[expected.length];
          second.tensors().stored(name).data().asFloatBuffer().get(bytes);
          assertArrayEquals(expected, bytes, name);
        }
      }
    }
  }

  @Test
  void namesWhatIsMissing() throws IOException {
    Path config = original.resolve("config.json");
    String text = Files.readString(config);
    Files.writeString(config, text.replace("\"num_hidden_layers\": 4", "\"num_hidden_layers\": 5"));
    IllegalArgumentException missing =
        assertThrows(IllegalArgumentException.class, () -> LanguageModel.open(original));
    assertTrue(missing.getMessage().contains("model.layers.4.self_attn.q_proj.weight"));
    Files.writeString(config, text.replace("\"llama\"", "\"lama\""));
    IllegalArgumentException unknown =
        assertThrows(IllegalArgumentException.class, () -> LanguageModel.open(original));
    assertTrue(unknown.getMessage().contains("did you mean 'llama'"), unknown.getMessage());
    Files.delete(config);
    Files.delete(original.resolve("model.safetensors"));
    IOException nothing = assertThrows(IOException.class, () -> LanguageModel.open(original));
    assertTrue(nothing.getMessage().contains("nor one GGUF file"), nothing.getMessage());
  }

  @Test
  void withoutATokenizerAsksForTokens() throws IOException {
    Path text = Files.writeString(directory.resolve("text.txt"), "once upon a time");
    try (LanguageModel model = LanguageModel.open(original)) {
      IOException none = assertThrows(IOException.class, () -> TokenFiles.read(text, model, 256));
      assertTrue(none.getMessage().contains("give tokens as .npy"), none.getMessage());
      assertEquals(96 * 256, TokenFiles.read(original.resolve("tokens.npy"), model, 256).tokens());
    }
  }
}
