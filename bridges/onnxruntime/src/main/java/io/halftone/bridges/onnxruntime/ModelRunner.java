package io.halftone.bridges.onnxruntime;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * Runs a model file in this process, unmodified. A malformed model can abort the process; {@link
 * ChildRuntime} is the safe way to run files that were just written.
 *
 * @param model an ONNX file
 * @param mode how the runtime prepares it
 * @param threads batches run at once, at least 1; the outputs' bits do not depend on it
 */
public record ModelRunner(Path model, RunMode mode, int threads) implements OutputSource {
  @Override
  public void stream(ModelInputs inputs, OutputConsumer consumer) throws IOException {
    try (Session session = Session.open(model, mode)) {
      Set<String> outputs = session.floatOutputs();
      if (outputs.isEmpty()) {
        throw new IOException(model + " has no float32 output");
      }
      new OrderedRuns(threads)
          .stream(
              inputs,
              batch -> new Outputs(batch, session.run(batch, outputs)),
              result -> consumer.accept(result.batch(), result.tensors()));
    }
  }

  private record Outputs(InputBatch batch, Map<String, FloatTensor> tensors) {}
}
