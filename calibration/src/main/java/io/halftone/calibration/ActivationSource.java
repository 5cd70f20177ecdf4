package io.halftone.calibration;

import io.halftone.core.stats.ActivationBatch;
import java.io.IOException;
import java.util.Set;

/** Streams the inputs of a model's linears, batch by batch; never holds more than a few batches. */
public interface ActivationSource {
  /**
   * Runs the model over all of its text or inputs, once.
   *
   * @param sites ids of the sites to capture
   * @param consumer called in a fixed order of batches, from one thread at a time
   * @throws IOException if the model or its inputs cannot be read or run
   */
  void stream(Set<String> sites, BatchConsumer consumer) throws IOException;

  /** Takes one batch of one site. */
  @FunctionalInterface
  interface BatchConsumer {
    /**
     * Takes a batch.
     *
     * @param site id of the site
     * @param batch read; not kept
     */
    void accept(String site, ActivationBatch batch);
  }
}
