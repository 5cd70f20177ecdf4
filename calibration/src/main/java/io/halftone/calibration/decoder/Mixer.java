package io.halftone.calibration.decoder;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;
import java.util.List;
import java.util.Optional;

/** What stands between the linears that read a normalised tensor and the linear that reads it. */
interface Mixer {
  /**
   * Mixes the outputs of the input linears.
   *
   * @param projected one matrix per input linear [tokens, its outputs]; may be changed
   * @param lengths of the sequences whose tokens follow each other
   * @return input of the output linear [tokens, inner channels]
   */
  FloatMatrix mix(List<FloatMatrix> projected, int[] lengths, Compute compute);

  /**
   * Mixes the outputs of the input linears for the next token of several sequences.
   *
   * @param projected one matrix per input linear [sequences, its outputs]; may be changed
   * @param past tokens before it; the new one is added
   * @return input of the output linear [sequences, inner channels]
   */
  FloatMatrix next(List<FloatMatrix> projected, PastTokens past, Compute compute);

  /**
   * The loss's gradient by the outputs of the input linears, given that by what was mixed of them.
   *
   * @param projected what was mixed, read
   * @param gradient by the mixed tensor [tokens, inner channels], read
   * @param lengths of the sequences whose tokens follow each other
   * @return one matrix per input linear
   * @throws IllegalArgumentException if this mixer has a part whose derivative is not built; names
   *     it
   */
  List<FloatMatrix> gradient(
      List<FloatMatrix> projected, FloatMatrix gradient, int[] lengths, Compute compute);

  /**
   * What later tokens read of these ones, and what they read it with.
   *
   * @param queries after the position embedding, scaled [tokens, query heads·headSize]
   * @param keys after the position embedding [tokens, heads·headSize]
   * @param values [tokens, heads·headSize]
   */
  record Remembered(FloatMatrix queries, FloatMatrix keys, FloatMatrix values) {}

  /**
   * What a cache takes of some tokens, where there is one.
   *
   * @param projected one matrix per input linear [tokens, its outputs]; may be changed
   * @param lengths of the sequences whose tokens follow each other
   */
  default Optional<Remembered> remembered(
      List<FloatMatrix> projected, int[] lengths, Compute compute) {
    return Optional.empty();
  }

  /** The same with another cache, where there is one. */
  default Mixer with(KeyValueCache cache) {
    return this;
  }
}
