package io.halftone.calibration.decoder;

import io.halftone.calibration.Progress;
import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;
import java.io.IOException;
import java.util.List;

/**
 * Perplexity, KL divergence and agreement over tokens.
 *
 * <p>Sequences run in groups through all blocks; memory is one block, the states of a group and the
 * output matrix. A group's blocks are read again for the next group.
 *
 * @param compute where it runs
 * @param groupTokens tokens of a group, at least 1: more memory, less reading
 * @param progress hears of every block of every group
 */
public record LanguageEvaluation(Compute compute, int groupTokens, Progress progress) {
  /** Tokens whose logits are in memory together. */
  private static final int LOGIT_TOKENS = 128;

  /** Tokens of a group unless another number is given. */
  static final int GROUP_TOKENS = 1 << 16;

  /** Validates the size of a group. */
  public LanguageEvaluation {
    if (groupTokens < 1) {
      throw new IllegalArgumentException("groupTokens is " + groupTokens + ", must be at least 1");
    }
  }

  /** Groups of 65,536 tokens, silent. */
  public static LanguageEvaluation of(Compute compute) {
    return new LanguageEvaluation(compute, GROUP_TOKENS, Progress.SILENT);
  }

  /**
   * How well a model predicts.
   *
   * @throws IllegalArgumentException if there is nothing to predict, or a token or a length is
   *     beyond the model
   * @throws IOException if the model cannot be read
   */
  public LanguageScore score(CausalModel model, TokenSequences sequences) throws IOException {
    return score(List.of(model), sequences);
  }

  /**
   * How well a model predicts, compared with the float model it was made from.
   *
   * @param reference the float model
   * @throws IllegalArgumentException if there is nothing to predict, or a token or a length is
   *     beyond the model
   * @throws IOException if a model cannot be read
   */
  public LanguageScore compare(CausalModel reference, CausalModel model, TokenSequences sequences)
      throws IOException {
    return score(List.of(reference, model), sequences);
  }

  private LanguageScore score(List<CausalModel> models, TokenSequences sequences)
      throws IOException {
    List<TokenSequences> groups = sequences.batches(groupTokens);
    int total = groups.size() * models.size() * models.get(0).config().blocks();
    int done = 0;
    ScoreSum sum = new ScoreSum();
    Head first = models.get(0).head();
    Head last = models.get(models.size() - 1).head();
    for (TokenSequences group : groups) {
      ResidualStream[] streams = new ResidualStream[models.size()];
      for (int m = 0; m < models.size(); m++) {
        streams[m] = ResidualStream.of(models.get(m), group);
        for (int b = 0; b < models.get(m).config().blocks(); b++) {
          DecoderBlock block = models.get(m).block(b);
          streams[m].advance(block, compute);
          progress.advanced(++done, total, block.name());
        }
      }
      add(sum, first, streams[0], last, streams[streams.length - 1]);
    }
    return sum.score();
  }

  /**
   * The score of states that have run through all blocks.
   *
   * @param referenceHead of the float model
   * @param reference states of the float model
   * @param head of the model
   * @param states of the model over the same sequences; {@code reference} itself for the float
   *     model
   */
  LanguageScore score(
      Head referenceHead, ResidualStream reference, Head head, ResidualStream states) {
    ScoreSum sum = new ScoreSum();
    add(sum, referenceHead, reference, head, states);
    return sum.score();
  }

  private void add(
      ScoreSum sum,
      Head referenceHead,
      ResidualStream reference,
      Head head,
      ResidualStream states) {
    for (int batch = 0; batch < states.batches(); batch++) {
      int[] next = nextTokens(states.sequences(batch));
      for (int from = 0; from < next.length; from += LOGIT_TOKENS) {
        int to = Math.min(next.length, from + LOGIT_TOKENS);
        FloatMatrix logits = head.logits(states.state(batch).rows(from, to), compute);
        FloatMatrix expected =
            reference == states
                ? logits
                : referenceHead.logits(reference.state(batch).rows(from, to), compute);
        sum.add(expected, logits, next, from, compute);
      }
    }
  }

  /** The token after each; −1 after the last of a sequence. */
  private static int[] nextTokens(TokenSequences sequences) {
    int[] next = new int[Math.toIntExact(sequences.tokens())];
    int row = 0;
    for (int[] sequence : sequences.sequences()) {
      for (int t = 1; t <= sequence.length; t++) {
        next[row++] = t < sequence.length ? sequence[t] : -1;
      }
    }
    return next;
  }

  /** Sums over tokens in their order. */
  private static final class ScoreSum {
    private long predictions;
    private double negativeLogLikelihood;
    private double divergence;
    private long agreements;

    void add(FloatMatrix expected, FloatMatrix logits, int[] next, int from, Compute compute) {
      int tokens = logits.rows();
      double[] likelihood = new double[tokens];
      double[] divergences = new double[tokens];
      boolean[] agrees = new boolean[tokens];
      compute.parallel(
          tokens,
          t -> {
            if (next[from + t] >= 0) {
              Prediction got = new Prediction(logits.data(), logits.offset(t), logits.cols());
              likelihood[t] = got.logLikelihood(next[from + t]);
              Prediction wanted =
                  expected == logits
                      ? got
                      : new Prediction(expected.data(), expected.offset(t), expected.cols());
              divergences[t] = wanted == got ? 0 : wanted.divergenceOf(got);
              agrees[t] = wanted.top() == got.top();
            }
          });
      for (int t = 0; t < tokens; t++) {
        if (next[from + t] >= 0) {
          predictions++;
          negativeLogLikelihood -= likelihood[t];
          divergence += divergences[t];
          agreements += agrees[t] ? 1 : 0;
        }
      }
    }

    LanguageScore score() {
      if (predictions == 0) {
        throw new IllegalArgumentException("no sequence has a second token to predict");
      }
      return new LanguageScore(
          predictions,
          negativeLogLikelihood / predictions,
          divergence / predictions,
          agreements / (double) predictions);
    }
  }
}
