package io.halftone.calibration.decoder;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;
import java.util.List;

/**
 * One block with its weights.
 *
 * @param name of the block
 * @param attention first half
 * @param feedForward second half
 */
public record DecoderBlock(String name, Sublayer attention, Sublayer feedForward) {
  /** Both halves in the order they run. */
  public List<Sublayer> sublayers() {
    return List.of(attention, feedForward);
  }

  /**
   * Runs the block.
   *
   * @param x residual stream [tokens, hidden], read and written
   * @param lengths of the sequences whose tokens follow each other in x
   */
  public void advance(FloatMatrix x, int[] lengths, Compute compute) {
    attention.advance(x, lengths, compute);
    feedForward.advance(x, lengths, compute);
  }
}
