package io.halftone.bridges.onnxruntime;

import io.halftone.calibration.ActivationSource;
import io.halftone.calibration.Progress;
import io.halftone.core.stats.ActivationBatch;
import io.halftone.io.npy.NpyArray;
import io.halftone.io.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Captures the tensors that a model's linears read, by running a copy of it that returns them.
 *
 * <p>Each batch runs on one thread and several batches at once; results are handed over in the
 * order of the batches, so the bits do not depend on the number of threads. They may depend on the
 * processor, since the runtime picks its kernels by it. At most {@code threads + 1} batches are in
 * memory, however long the text. Padding is dropped.
 *
 * @param model an ONNX file, with its external data beside it
 * @param inputs what it is run over; not closed
 * @param threads batches run at once, at least 1
 * @param progress told of every batch handed over
 */
public record OnnxActivations(Path model, ModelInputs inputs, int threads, Progress progress)
    implements ActivationSource {

  /** A silent capture. */
  public OnnxActivations(Path model, ModelInputs inputs, int threads) {
    this(model, inputs, threads, Progress.SILENT);
  }

  /**
   * Runs the model over all inputs.
   *
   * @param sites names of tensors in the model
   * @throws IllegalArgumentException if the model has no such tensor
   * @throws IOException if the model cannot be loaded or run on the inputs, or a site is not
   *     float32
   */
  @Override
  public void stream(Set<String> sites, BatchConsumer consumer) throws IOException {
    Set<String> written = new LinkedHashSet<>();
    Set<String> fed = new LinkedHashSet<>();
    int[] done = {0};
    try (Session session = open(sites, written, fed)) {
      session.requireFloat(written);
      new OrderedRuns(threads)
          .stream(
              inputs,
              batch -> capture(session, batch, written, fed),
              captured -> {
                handOver(captured, consumer);
                done[0]++;
                progress.advanced(done[0], inputs.batches(), "batch " + done[0]);
              });
    }
  }

  /** Loads the copy; once this returns, the model is in the runtime's memory only. */
  private Session open(Set<String> sites, Set<String> written, Set<String> fed) throws IOException {
    OnnxModel read = OnnxModel.read(model);
    for (String site : sites) {
      (read.graph().isInput(site) ? fed : written).add(site);
    }
    return Session.open(ExposedModel.expose(read, written), model, RunMode.AS_WRITTEN);
  }

  private static Map<String, ActivationBatch> capture(
      Session session, InputBatch batch, Set<String> written, Set<String> fed) throws IOException {
    Map<String, ActivationBatch> captured = new LinkedHashMap<>();
    for (String site : fed) {
      NpyArray array = batch.tensors().get(site);
      captured.put(
          site, TokenRows.of(site, new FloatTensor(array.shape(), array.toFloats()), batch));
    }
    Map<String, FloatTensor> tensors = written.isEmpty() ? Map.of() : session.run(batch, written);
    for (Map.Entry<String, FloatTensor> entry : tensors.entrySet()) {
      captured.put(entry.getKey(), TokenRows.of(entry.getKey(), entry.getValue(), batch));
    }
    return captured;
  }

  private static void handOver(Map<String, ActivationBatch> captured, BatchConsumer consumer) {
    for (String site : List.copyOf(captured.keySet())) {
      consumer.accept(site, captured.remove(site));
    }
  }
}
