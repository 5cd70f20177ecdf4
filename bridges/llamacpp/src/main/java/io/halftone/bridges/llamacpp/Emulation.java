package io.halftone.bridges.llamacpp;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.gguf.model.GgufModel;
import java.io.IOException;
import java.util.Optional;

/** What llama.cpp computes of a GGUF file, by Halftone's reading of it. */
public sealed interface Emulation permits ExactEmulation, GgmlEmulation {
  /**
   * Logits behind every token.
   *
   * @param tokens one sequence from position 0
   * @return [tokens, vocabulary]
   * @throws IllegalArgumentException if a token is not in the vocabulary or there are more than the
   *     context has
   * @throws IOException if the model cannot be read
   */
  FloatMatrix logits(int[] tokens) throws IOException;

  /**
   * The emulation nearest to llama.cpp on this machine.
   *
   * @param emulation in llama.cpp's order of sums if it is known, else in another
   * @param obstacle why it is not known; empty if it is
   */
  record Nearest(Emulation emulation, Optional<String> obstacle) {}

  /**
   * Chooses how a model is emulated. In llama.cpp's order a model of 15 million weights takes about
   * a second for 128 tokens, ten times as long as in the other, and its distributions are met to
   * the bit instead of to the noise of rounding.
   *
   * @param model closed by whoever opened it
   * @param shortest fewest tokens of a sequence
   * @throws IllegalArgumentException if Halftone does not run its architecture
   * @throws IOException if it cannot be read
   */
  static Nearest nearest(GgufModel model, int shortest, Compute compute) throws IOException {
    Optional<String> obstacle = ExactEmulation.obstacle(model, shortest);
    return new Nearest(
        obstacle.isEmpty() ? new ExactEmulation(model, compute) : new GgmlEmulation(model, compute),
        obstacle);
  }
}
