package io.halftone.calibration.decoder;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The state of some sequences between two halves of a decoder: all that is kept of them, tokens x
 * hidden floats.
 */
public final class ResidualStream {
  /** Tokens that run together: enough for the matrix products, few enough for the memory. */
  static final int BATCH_TOKENS = 4096;

  private final List<TokenSequences> batches;
  private final List<FloatMatrix> states;

  private ResidualStream(List<TokenSequences> batches, List<FloatMatrix> states) {
    this.batches = batches;
    this.states = states;
  }

  /**
   * The embedded tokens.
   *
   * @throws IOException if the embedding cannot be read
   */
  public static ResidualStream of(CausalModel model, TokenSequences sequences) throws IOException {
    List<TokenSequences> batches = sequences.batches(BATCH_TOKENS);
    List<FloatMatrix> states = new ArrayList<>();
    for (TokenSequences batch : batches) {
      states.add(model.embed(batch));
    }
    return new ResidualStream(batches, states);
  }

  /** A stream at the same place that goes its own way from here. */
  public ResidualStream copy() {
    return new ResidualStream(batches, states.stream().map(FloatMatrix::copy).toList());
  }

  /** Number of batches. */
  public int batches() {
    return states.size();
  }

  /** The sequences of a batch. */
  public TokenSequences sequences(int batch) {
    return batches.get(batch);
  }

  /** The state of a batch [tokens, hidden], shared. */
  public FloatMatrix state(int batch) {
    return states.get(batch);
  }

  /** Lengths of the sequences of a batch. */
  public int[] lengths(int batch) {
    return batches.get(batch).lengths();
  }

  /** Weights of a batch's tokens. */
  float[] weights(int batch) {
    return batches.get(batch).allWeights();
  }

  /** Runs half a block over all sequences. */
  public void advance(Sublayer sublayer, Compute compute) {
    for (int i = 0; i < states.size(); i++) {
      sublayer.advance(states.get(i), lengths(i), compute);
    }
  }

  /** Runs a block over all sequences. */
  public void advance(DecoderBlock block, Compute compute) {
    block.sublayers().forEach(sublayer -> advance(sublayer, compute));
  }
}
