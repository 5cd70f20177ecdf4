package io.halftone.core.kernel;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.RecursiveAction;
import java.util.function.IntConsumer;

/**
 * Runs independent pieces of work on a pool: the only way parallel work is started on arrays.
 *
 * <p>The pieces must write to disjoint places and not depend on each other; then neither the result
 * nor the exception depends on the number of threads.
 */
public final class ParallelTiles {
  /** Tasks the pieces are shared out in, few enough to be cheap, many enough to balance threads. */
  private static final int TASKS_PER_THREAD = 32;

  private ParallelTiles() {}

  /**
   * Calls {@code body} once for every index in [0, count) and returns when all calls have returned.
   *
   * <p>May be called from inside the pool; the calling worker then takes part, as does a thread of
   * no pool that calls on the common pool. If pieces fail, the exception of the lowest failing
   * index is rethrown, itself and not a copy; pieces of higher index may then not have run.
   *
   * @param pool where the pieces run
   * @param count number of pieces, not negative
   * @param body the work of one index; called by several threads at once
   */
  public static void run(ForkJoinPool pool, int count, IntConsumer body) {
    int leaf = Math.max(1, count / (TASKS_PER_THREAD * Math.max(1, pool.getParallelism())));
    if (count <= leaf) {
      for (int index = 0; index < count; index++) {
        body.accept(index);
      }
      return;
    }
    FirstFailure failure = new FirstFailure();
    Range range = new Range(0, count, leaf, body, failure);
    if (callerTakesPartIn(pool)) {
      range.invoke();
    } else {
      pool.invoke(range);
    }
    failure.rethrow();
  }

  /** What a thread of no pool forks goes to the common pool, and then two threads work, not one. */
  private static boolean callerTakesPartIn(ForkJoinPool pool) {
    ForkJoinPool current = ForkJoinTask.getPool();
    return current == pool || (current == null && pool == ForkJoinPool.commonPool());
  }

  private static final class Range extends RecursiveAction {
    private static final long serialVersionUID = 1L;

    private final int from;
    private final int to;
    private final int leaf;
    private final transient IntConsumer body;
    private final transient FirstFailure failure;

    Range(int from, int to, int leaf, IntConsumer body, FirstFailure failure) {
      this.from = from;
      this.to = to;
      this.leaf = leaf;
      this.body = body;
      this.failure = failure;
    }

    @Override
    protected void compute() {
      if (to - from > leaf) {
        int middle = (from + to) >>> 1;
        invokeAll(
            new Range(from, middle, leaf, body, failure),
            new Range(middle, to, leaf, body, failure));
        return;
      }
      for (int index = from; index < to && failure.mayRun(index); index++) {
        try {
          body.accept(index);
        } catch (RuntimeException | Error e) {
          failure.record(index, e);
        }
      }
    }
  }

  /** Remembers the failure of the lowest index; the pool itself would hand out a copy of any. */
  private static final class FirstFailure {
    private volatile int failedIndex = Integer.MAX_VALUE;
    private RuntimeException exception;
    private Error error;

    boolean mayRun(int index) {
      return index < failedIndex;
    }

    synchronized void record(int index, Throwable thrown) {
      if (index < failedIndex) {
        failedIndex = index;
        exception = thrown instanceof RuntimeException e ? e : null;
        error = thrown instanceof Error e ? e : null;
      }
    }

    synchronized void rethrow() {
      if (exception != null) {
        throw exception;
      }
      if (error != null) {
        throw error;
      }
    }
  }
}
