package io.halftone.bridges.onnxruntime;

import java.io.IOException;
import java.util.Map;

/** A model that can be run for its outputs. */
public interface OutputSource {
  /**
   * Runs the model over all inputs.
   *
   * @param consumer called in the order of the batches, from the calling thread
   * @throws IOException if the model cannot be loaded or run, or the inputs cannot be read
   */
  void stream(ModelInputs inputs, OutputConsumer consumer) throws IOException;

  /** Takes the outputs of one batch. */
  @FunctionalInterface
  interface OutputConsumer {
    /**
     * Takes one batch.
     *
     * @param batch that was run
     * @param outputs float32 outputs by name, in the model's order
     * @throws IOException if the consumer fails
     */
    void accept(InputBatch batch, Map<String, FloatTensor> outputs) throws IOException;
  }
}
