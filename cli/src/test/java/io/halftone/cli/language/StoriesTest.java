package io.halftone.cli.language;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.halftone.calibration.decoder.LanguageEvaluation;
import io.halftone.calibration.decoder.TokenSequences;
import io.halftone.core.kernel.Compute;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real model, run by name: {@code -Dhalftone.stories=CHECKPOINT -Dhalftone.stories.tokens=NPY},
 * with {@code tokenizer.bin} beside the checkpoint.
 */
@EnabledIfSystemProperty(named = "halftone.stories", matches = ".+")
class StoriesTest {
  @TempDir private Path directory;

  private static Path checkpoint() {
    return Path.of(System.getProperty("halftone.stories"));
  }

  private static double perplexity(Path path) throws IOException {
    try (LanguageModel model = LanguageModel.open(path)) {
      List<int[]> rows =
          TokenFiles.read(Path.of(System.getProperty("halftone.stories.tokens")), model, 256)
              .sequences();
      return LanguageEvaluation.of(Compute.defaults())
          .score(model.decoder(), new TokenSequences(rows.subList(128, 192)))
          .perplexity();
    }
  }

  @Test
  void hasOnePerplexityInThreeLayouts() throws IOException {
    assertEquals(3.0268, perplexity(checkpoint()), 5e-5);
    try (LanguageModel model = LanguageModel.open(checkpoint())) {
      assertEquals(3.0268, perplexity(Layouts.gguf(model, directory.resolve("a.gguf"))), 5e-5);
      assertEquals(3.0268, perplexity(Layouts.sharded(model, directory.resolve("hf"))), 5e-5);
    }
  }

  @Test
  void tokenizesWhatItWrites() throws IOException {
    try (LanguageModel model = LanguageModel.open(checkpoint())) {
      int[] tokens =
          model.tokenizer().sequences(List.of("Once upon a time, there was."), 256).get(0);
      // ids of Llama's vocabulary
      assertEquals(
          List.of(1, 9038, 2501, 263, 931, 29892, 727, 471, 29889),
          java.util.Arrays.stream(tokens).boxed().toList());
    }
  }
}
