package io.halftone.core.kernel;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;

/** Asks which pool the current thread works for. */
final class ForkJoinWorkers {
  private ForkJoinWorkers() {}

  static boolean isWorkerOf(ForkJoinPool pool) {
    return Thread.currentThread() instanceof ForkJoinWorkerThread worker && worker.getPool() == pool;
  }
}
