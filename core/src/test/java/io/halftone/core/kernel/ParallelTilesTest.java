package io.halftone.core.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParallelTilesTest {
  @ParameterizedTest
  @CsvSource({"1, 0", "1, 1", "1, 100", "2, 7", "3, 1000"})
  void callsEveryIndexOnce(int parallelism, int count) {
    ForkJoinPool pool = new ForkJoinPool(parallelism);
    try {
      AtomicIntegerArray calls = new AtomicIntegerArray(count);
      ParallelTiles.run(pool, count, calls::incrementAndGet);
      pool.submit(() -> ParallelTiles.run(pool, count, calls::incrementAndGet)).join();
      for (int i = 0; i < count; i++) {
        assertEquals(2, calls.get(i));
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void callsEveryIndexOnceOnTheCommonPool() {
    AtomicIntegerArray calls = new AtomicIntegerArray(500);
    ParallelTiles.run(ForkJoinPool.commonPool(), 500, calls::incrementAndGet);
    ForkJoinPool other = new ForkJoinPool(2);
    try {
      other
          .submit(() -> ParallelTiles.run(ForkJoinPool.commonPool(), 500, calls::incrementAndGet))
          .join();
    } finally {
      other.shutdownNow();
    }
    for (int i = 0; i < 500; i++) {
      assertEquals(2, calls.get(i));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 4", "1, 900", "3, 9", "3, 900", "7, 5000"})
  void rethrowsTheExceptionOfTheLowestFailingIndexItself(int parallelism, int count) {
    ForkJoinPool pool = new ForkJoinPool(parallelism);
    try {
      IllegalStateException first = new IllegalStateException("piece 3");
      IntConsumer body =
          i -> {
            if (i == 3) {
              throw first;
            }
            if (i > 3) {
              throw new IllegalStateException("piece " + i);
            }
          };
      assertSame(
          first,
          assertThrows(IllegalStateException.class, () -> ParallelTiles.run(pool, count, body)));
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void rethrowsErrors() {
    ForkJoinPool pool = new ForkJoinPool(2);
    try {
      AssertionError error = new AssertionError("piece");
      IntConsumer body =
          i -> {
            throw error;
          };
      assertSame(error, assertThrows(AssertionError.class, () -> ParallelTiles.run(pool, 9, body)));
    } finally {
      pool.shutdownNow();
    }
  }
}
