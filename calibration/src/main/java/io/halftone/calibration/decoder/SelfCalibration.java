package io.halftone.calibration.decoder;

import io.halftone.calibration.Progress;
import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Draws calibration text from the float model itself, for users who have none.
 *
 * <p>Every sequence begins with the start token and has random numbers of its own, which depend on
 * the seed and its index only. Sequences run side by side, one token a step, on float keys and
 * values; all blocks are in memory.
 *
 * @param sequences to draw, at least 1
 * @param length tokens of a sequence, the start token included, at least 2; fewer where the end
 *     token is drawn
 * @param temperature logits are divided by, positive
 * @param start token every sequence begins with
 * @param end token after which a sequence is over, if there is one; it is kept
 * @see <a href="https://arxiv.org/abs/2305.17888">Liu et al., LLM-QAT, 2023, section 2.1
 *     (calibration text from the model)</a>
 */
public record SelfCalibration(
    int sequences, int length, double temperature, int start, OptionalInt end) {
  /** Validates the ranges. */
  public SelfCalibration {
    if (sequences < 1 || length < 2) {
      throw new IllegalArgumentException(
          sequences + " sequences of " + length + " tokens; at least 1 of 2 are needed");
    }
    if (!(temperature > 0) || Double.isInfinite(temperature)) {
      throw new IllegalArgumentException(
          "temperature is " + temperature + ", must be positive and finite");
    }
  }

  /**
   * Draws.
   *
   * @param model float
   * @param progress hears of every token
   * @throws IllegalArgumentException if the model's context is shorter, or a token is not in its
   *     vocabulary
   * @throws IOException if the model cannot be read
   */
  public TokenSequences draw(FloatDecoder model, Compute compute, Progress progress)
      throws IOException {
    if (length > model.config().contextLength()) {
      throw new IllegalArgumentException(
          "sequences of "
              + length
              + " tokens, the model's context has "
              + model.config().contextLength());
    }
    List<DecoderBlock> blocks = new ArrayList<>();
    List<PastTokens> past = new ArrayList<>();
    int channels = model.config().keyValueHeads() * model.config().headSize();
    for (int b = 0; b < model.config().blocks(); b++) {
      blocks.add(model.block(b));
      past.add(new PastTokens(sequences, length - 1, channels));
    }
    Head head = model.head();
    SplittableRandom[] random =
        IntStream.range(0, sequences)
            .mapToObj(s -> compute.random("self-calibration sequence " + s))
            .toArray(SplittableRandom[]::new);
    int[][] drawn = new int[sequences][length];
    for (int[] sequence : drawn) {
      sequence[0] = start;
    }
    for (int t = 1; t < length; t++) {
      int last = t - 1;
      FloatMatrix x =
          model.embed(
              new TokenSequences(
                  Arrays.stream(drawn).map(sequence -> new int[] {sequence[last]}).toList()));
      for (int b = 0; b < blocks.size(); b++) {
        for (Sublayer half : blocks.get(b).sublayers()) {
          half.next(x, past.get(b), compute);
        }
      }
      FloatMatrix logits = head.logits(x, compute);
      int position = t;
      compute.parallel(
          sequences,
          s ->
              drawn[s][position] =
                  draw(logits.data(), logits.offset(s), logits.cols(), random[s].nextDouble()));
      progress.advanced(t, length - 1, "token " + t);
    }
    return new TokenSequences(Arrays.stream(drawn).map(this::ended).toList());
  }

  /** The token at which the cumulative probability first exceeds u. */
  private int draw(float[] logits, int offset, int count, double u) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = offset; i < offset + count; i++) {
      max = Math.max(max, logits[i]);
    }
    float[] weight = new float[count];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      weight[i] = Exponential.of((float) ((logits[offset + i] - max) / temperature));
      sum += weight[i];
    }
    double left = u * sum;
    int token = 0;
    while (token < count - 1 && left >= weight[token]) {
      left -= weight[token];
      token++;
    }
    return token;
  }

  private int[] ended(int[] sequence) {
    int to = 1;
    while (to < sequence.length
        && (end.isEmpty() || sequence[to - 1] != end.getAsInt() || to == 1)) {
      to++;
    }
    return Arrays.copyOf(sequence, to);
  }
}
