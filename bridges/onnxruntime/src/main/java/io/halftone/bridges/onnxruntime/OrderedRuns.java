package io.halftone.bridges.onnxruntime;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Runs batches on several threads and hands over the results in their order; holds at most one
 * result more than threads.
 */
final class OrderedRuns {
  private final int threads;

  /** Turns one batch into its result, on a thread of its own. */
  @FunctionalInterface
  interface Run<R> {
    R of(InputBatch batch) throws IOException;
  }

  /** Takes the results in order, on the thread that called {@link #stream}. */
  @FunctionalInterface
  interface Sink<R> {
    void accept(R result) throws IOException;
  }

  OrderedRuns(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + ", must be at least 1");
    }
    this.threads = threads;
  }

  /** Returns or throws only when no run is under way any more. */
  <R> void stream(Iterable<InputBatch> batches, Run<R> run, Sink<R> sink) throws IOException {
    ExecutorService executor = Executors.newFixedThreadPool(threads, OrderedRuns::daemon);
    Deque<Future<R>> underway = new ArrayDeque<>();
    try {
      Iterator<InputBatch> rest = batches.iterator();
      while (rest.hasNext() || !underway.isEmpty()) {
        while (rest.hasNext() && underway.size() <= threads) {
          InputBatch batch = rest.next();
          underway.add(executor.submit(() -> run.of(batch)));
        }
        sink.accept(await(underway.remove()));
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } finally {
      underway.forEach(future -> future.cancel(false));
      finish(executor);
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "halftone-onnxruntime");
    thread.setDaemon(true);
    return thread;
  }

  private static <R> R await(Future<R> future) throws IOException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException stopped =
          new InterruptedIOException("interrupted while running a model");
      stopped.initCause(e);
      throw stopped;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /**
   * A session must not be closed under a run, hence the wait, which an interrupt does not shorten.
   */
  private static void finish(ExecutorService executor) {
    executor.shutdown();
    boolean interrupted = false;
    while (true) {
      try {
        if (executor.awaitTermination(1, TimeUnit.MINUTES)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
