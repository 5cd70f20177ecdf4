package io.halftone.quantizers.rounding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DoubtfulCodesTest {
  @Test
  void givesEachRowItsColumnsInAscendingOrder() {
    DoubtfulCodes codes = new DoubtfulCodes(100);
    for (int column = 99; column >= 0; column -= 3) {
      codes.add(column, new long[] {1L << 63 | 1, column % 2 == 0 ? 1L << 5 : 0});
    }
    codes.sort();
    assertArrayEquals(columns(3), codes.columns(0));
    assertArrayEquals(columns(3), codes.columns(63));
    assertArrayEquals(columns(6), codes.columns(64 + 5));
    assertArrayEquals(new int[0], codes.columns(1));
  }

  private static int[] columns(int step) {
    return IntStream.iterate(0, j -> j < 100, j -> j + step).toArray();
  }
}
