package io.halftone.core.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicIntegerArray;
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

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 9", "3, 9"})
  void passesOnTheExceptionOfAPiece(int parallelism, int count) {
    ForkJoinPool pool = new ForkJoinPool(parallelism);
    try {
      assertThrows(
          ArithmeticException.class,
          () ->
              ParallelTiles.run(
                  pool,
                  count,
                  i -> {
                    if (i == count - 1) {
                      throw new ArithmeticException("piece " + i);
                    }
                  }));
    } finally {
      pool.shutdownNow();
    }
  }
}
