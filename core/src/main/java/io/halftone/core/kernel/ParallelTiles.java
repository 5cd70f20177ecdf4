package io.halftone.core.kernel;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.RecursiveAction;
import java.util.function.IntConsumer;

/**
 * Runs independent pieces of work on a pool: the only way parallel work is started on arrays.
 *
 * <p>The pieces must write to disjoint places and not depend on each other; then the result does
 * not depend on the number of threads.
 */
public final class ParallelTiles {
  private ParallelTiles() {}

  /**
   * Calls {@code body} once for every index in [0, count) and returns when all calls have returned.
   *
   * <p>May be called from inside the pool; the calling worker then takes part. An exception of a
   * piece is rethrown; pieces already started run to their end.
   *
   * @param pool where the pieces run
   * @param count number of pieces, not negative
   * @param body the work of one index; called by several threads at once
   */
  public static void run(ForkJoinPool pool, int count, IntConsumer body) {
    if (count <= 0) {
      return;
    }
    if (count == 1) {
      body.accept(0);
      return;
    }
    Range range = new Range(0, count, body);
    if (ForkJoinTask.getPool() == pool) {
      range.invoke();
    } else {
      pool.invoke(range);
    }
  }

  private static final class Range extends RecursiveAction {
    private static final long serialVersionUID = 1L;

    private final int from;
    private final int to;
    private final transient IntConsumer body;

    Range(int from, int to, IntConsumer body) {
      this.from = from;
      this.to = to;
      this.body = body;
    }

    @Override
    protected void compute() {
      if (to - from == 1) {
        body.accept(from);
        return;
      }
      int middle = (from + to) >>> 1;
      invokeAll(new Range(from, middle, body), new Range(middle, to, body));
    }
  }
}
