package io.halftone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.halftone.calibration.decoder.LanguageEvaluation;
import io.halftone.calibration.decoder.TokenSequences;
import io.halftone.cli.language.LanguageModel;
import io.halftone.cli.language.Layouts;
import io.halftone.cli.language.TokenFiles;
import io.halftone.core.kernel.Compute;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real model, run by name: {@code -Dhalftone.stories15m=CHECKPOINT
 * -Dhalftone.stories15m.tokens=NPY}, with {@code tokenizer.bin} beside the checkpoint.
 */
@EnabledIfSystemProperty(named = "halftone.stories15m", matches = ".+")
class StoriesTest {
  /** Of float32 on rows 128 to 191 of the tokens, found with PyTorch. */
  private static final double PERPLEXITY = 3.0268;

  @TempDir private Path directory;

  private static Path checkpoint() {
    return Path.of(System.getProperty("halftone.stories15m"));
  }

  private static double perplexity(Path path) throws IOException {
    try (LanguageModel model = LanguageModel.open(path)) {
      List<int[]> rows =
          TokenFiles.read(Path.of(System.getProperty("halftone.stories15m.tokens")), model, 256)
              .sequences();
      return LanguageEvaluation.of(Compute.defaults())
          .score(model.decoder(), new TokenSequences(rows.subList(128, 192)))
          .perplexity();
    }
  }

  @Test
  void hasOnePerplexityInThreeLayouts() throws IOException {
    assertEquals(PERPLEXITY, perplexity(checkpoint()), 5e-5);
    Path gguf = directory.resolve("a.gguf");
    CommandRun.of("convert", checkpoint(), gguf, "--to", "gguf-f32").assertDone();
    assertEquals(PERPLEXITY, perplexity(gguf), 5e-5);
    try (LanguageModel model = LanguageModel.open(checkpoint())) {
      Path sharded = Layouts.sharded(model, directory.resolve("hf"));
      assertEquals(PERPLEXITY, perplexity(sharded), 5e-5);
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
          Arrays.stream(tokens).boxed().toList());
    }
  }
}
