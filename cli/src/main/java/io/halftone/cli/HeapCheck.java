package io.halftone.cli;

import io.halftone.calibration.MemoryEstimate;
import java.util.function.Consumer;

/** Says how much heap a run is going to take, and refuses it where there is less. */
final class HeapCheck {
  private static final long MEBIBYTE = 1 << 20;

  private HeapCheck() {}

  /**
   * Compares the estimate with the heap of this JVM.
   *
   * @param modelBytes size of the model's file, which is held while it is quantized
   * @param heapBytes largest heap of this JVM
   * @param note hears the estimate
   * @throws InputException if the heap is too small; says what to pass
   */
  static void require(
      MemoryEstimate estimate, long modelBytes, long heapBytes, Consumer<String> note) {
    long needed = mebibytes(estimate.total() + modelBytes);
    long available = heapBytes / MEBIBYTE;
    note.accept("needs about " + needed + " MiB of heap, " + available + " MiB are available");
    if (needed > available) {
      throw new InputException(
          "quantizing needs about "
              + needed
              + " MiB of heap (statistics "
              + mebibytes(estimate.statistics())
              + ", codes "
              + mebibytes(estimate.results())
              + ", largest layer "
              + mebibytes(estimate.working())
              + ", model "
              + mebibytes(modelBytes)
              + "), the JVM may use "
              + available
              + "; set HALFTONE_JAVA_OPTS=-Xmx"
              + (needed + needed / 8)
              + "m (or pass -Xmx to Java), or choose fewer layers with --include");
    }
  }

  private static long mebibytes(long bytes) {
    return (bytes + MEBIBYTE - 1) / MEBIBYTE;
  }
}
