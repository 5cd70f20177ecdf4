package io.halftone.cli;

import io.halftone.calibration.MemoryEstimate;
import io.halftone.calibration.PipelineMemory;
import io.halftone.calibration.decoder.DecoderMemory;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Says how much heap a run is going to take, and refuses it where there is less. */
final class HeapCheck {
  private static final long MEBIBYTE = 1 << 20;

  private HeapCheck() {}

  /**
   * What a run holds.
   *
   * @param what for people
   * @param bytes of it
   */
  record Part(String what, long bytes) {}

  /**
   * Compares the estimate for an ONNX model with the heap of this JVM.
   *
   * @param modelBytes size of the model's file, which is held while it is quantized
   * @param heapBytes largest heap of this JVM
   * @param note hears the estimate
   * @throws InputException if the heap is too small; says what to pass
   */
  static void require(
      MemoryEstimate estimate, long modelBytes, long heapBytes, Consumer<String> note) {
    require(
        estimate.total() + modelBytes,
        List.of(
            new Part("statistics", estimate.statistics()),
            new Part("codes", estimate.results()),
            new Part("largest layer", estimate.quantizing()),
            new Part("or, to measure or write", estimate.measuring()),
            new Part("or, before codes, to fit transforms", estimate.fitting()),
            new Part("model", modelBytes)),
        "choose fewer layers with --include",
        heapBytes,
        note);
  }

  /**
   * Compares the estimate for a language model with the heap of this JVM.
   *
   * @param heapBytes largest heap of this JVM
   * @param note hears the estimate
   * @throws InputException if the heap is too small; says what to pass
   */
  static void require(DecoderMemory memory, long heapBytes, Consumer<String> note) {
    require(
        memory.total(),
        List.of(
            new Part("weights of a block", memory.weights()),
            new Part("statistics and largest layer", memory.layer()),
            new Part("codes", memory.codes()),
            new Part("states of the tokens", memory.states()),
            new Part("or, to measure", memory.measuring())),
        "calibrate on fewer tokens",
        heapBytes,
        note);
  }

  private static void require(
      long bytes, List<Part> parts, String otherwise, long heapBytes, Consumer<String> note) {
    long needed = mebibytes(PipelineMemory.heap(bytes));
    long available = heapBytes / MEBIBYTE;
    note.accept("needs about " + needed + " MiB of heap, " + available + " MiB are available");
    if (needed > available) {
      throw new InputException(
          "quantizing needs about "
              + needed
              + " MiB of heap ("
              + parts.stream()
                  .map(part -> part.what() + " " + mebibytes(part.bytes()))
                  .collect(Collectors.joining(", "))
              + "), the JVM may use "
              + available
              + "; set HALFTONE_JAVA_OPTS=-Xmx"
              + needed
              + "m (or pass -Xmx to Java), or "
              + otherwise);
    }
  }

  private static long mebibytes(long bytes) {
    return (bytes + MEBIBYTE - 1) / MEBIBYTE;
  }
}
