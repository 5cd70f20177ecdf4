package io.halftone.calibration.decoder;

import io.halftone.core.model.DecoderConfig;
import io.halftone.core.tensor.FloatMatrix;
import java.io.IOException;

/** A decoder whose weights are read block by block. */
public interface CausalModel {
  /** Its numbers. */
  DecoderConfig config();

  /**
   * The first state of the residual stream.
   *
   * @return [tokens, hidden]
   * @throws IllegalArgumentException if a token is not in the vocabulary or a sequence is longer
   *     than the context
   * @throws IOException if the embedding cannot be read
   */
  FloatMatrix embed(TokenSequences sequences) throws IOException;

  /**
   * Reads a block; nothing of it is kept here.
   *
   * @param index in [0, blocks)
   * @throws IOException if its weights cannot be read
   */
  DecoderBlock block(int index) throws IOException;

  /**
   * What makes logits of the last state of the residual stream.
   *
   * @throws IOException if the output matrix cannot be read
   */
  Head head() throws IOException;
}
