package io.halftone.calibration.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.calibration.Progress;
import io.halftone.core.kernel.Compute;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelfCalibrationTest {
  private static final Compute COMPUTE = Compute.defaults();

  @TempDir Path directory;

  private static List<int[]> draw(FloatDecoder model, SelfCalibration source, Compute compute)
      throws IOException {
    return source.draw(model, compute, Progress.SILENT).sequences();
  }

  /** At a temperature near 0 every token is the one the whole forward pass finds likeliest. */
  @Test
  void coldTextIsWhatTheForwardPassFindsLikeliest() throws IOException {
    FloatDecoder model = TrainedModel.open(directory);
    int[] text =
        draw(model, new SelfCalibration(2, 40, 1e-6, 1, OptionalInt.empty()), COMPUTE).get(1);
    TokenSequences tokens = new TokenSequences(List.of(text));
    LanguageScore score = LanguageEvaluation.of(COMPUTE).score(model, tokens);
    ResidualStream stream = ResidualStream.of(model, tokens);
    for (int b = 0; b < model.config().blocks(); b++) {
      stream.advance(model.block(b), COMPUTE);
    }
    float[] logits = model.head().logits(stream.state(0), COMPUTE).data();
    int vocabulary = model.config().vocabulary();
    for (int t = 0; t + 1 < text.length; t++) {
      float best = Float.NEGATIVE_INFINITY;
      for (int v = 0; v < vocabulary; v++) {
        best = Math.max(best, logits[t * vocabulary + v]);
      }
      assertEquals(best, logits[t * vocabulary + text[t + 1]], 1e-3f, "token " + (t + 1));
    }
    assertTrue(score.perplexity() < 3);
  }

  /** Text of the model is as predictable to it as the text it has learned. */
  @Test
  void warmTextHasTheModelsOwnPerplexity() throws IOException {
    FloatDecoder model = TrainedModel.open(directory);
    SelfCalibration source = new SelfCalibration(16, 128, 1, 1, OptionalInt.empty());
    TokenSequences drawn = source.draw(model, COMPUTE, Progress.SILENT);
    double perplexity = LanguageEvaluation.of(COMPUTE).score(model, drawn).perplexity();
    double learned =
        LanguageEvaluation.of(COMPUTE).score(model, TrainedModel.tokens(64, 80)).perplexity();
    assertEquals(learned, perplexity, 0.4 * learned);
  }

  @Test
  void seedAndIndexDecide() throws IOException {
    FloatDecoder model = TrainedModel.open(directory);
    List<int[]> four = draw(model, new SelfCalibration(4, 24, 1, 1, OptionalInt.empty()), COMPUTE);
    List<int[]> two = draw(model, new SelfCalibration(2, 24, 1, 1, OptionalInt.empty()), COMPUTE);
    assertArrayEquals(four.get(1), two.get(1));
    assertTrue(!Arrays.equals(four.get(0), four.get(1)));
    Compute seeded = new Compute(COMPUTE.kernels(), COMPUTE.algebra(), COMPUTE.pool(), 9);
    List<int[]> other = draw(model, new SelfCalibration(2, 24, 1, 1, OptionalInt.empty()), seeded);
    assertTrue(!Arrays.equals(two.get(0), other.get(0)));
  }

  /** The end token ends a sequence and is its last; a start token that is the same does not. */
  @Test
  void sequencesEndWithTheEndToken() throws IOException {
    FloatDecoder model = TrainedModel.open(directory);
    int[] free = draw(model, new SelfCalibration(1, 30, 1, 1, OptionalInt.empty()), COMPUTE).get(0);
    int end = free[10];
    int[] ended =
        draw(model, new SelfCalibration(1, 30, 1, 1, OptionalInt.of(end)), COMPUTE).get(0);
    int first = 1;
    while (free[first] != end) {
      first++;
    }
    assertArrayEquals(Arrays.copyOf(free, first + 1), ended);
  }

  @Test
  void whatCannotBeDrawnIsRefused() throws IOException {
    OptionalInt none = OptionalInt.empty();
    assertThrows(IllegalArgumentException.class, () -> new SelfCalibration(0, 8, 1, 1, none));
    assertThrows(IllegalArgumentException.class, () -> new SelfCalibration(1, 1, 1, 1, none));
    assertThrows(IllegalArgumentException.class, () -> new SelfCalibration(1, 8, 0, 1, none));
    FloatDecoder model = TrainedModel.open(directory);
    assertThrows(
        IllegalArgumentException.class,
        () -> draw(model, new SelfCalibration(1, 100_000, 1, 1, none), COMPUTE));
  }
}
