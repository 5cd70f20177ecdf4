package io.halftone.quantizers.rounding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnBlocksTest {
  @Test
  void cutsWhereUnitsEnd() {
    assertArrayEquals(new int[] {0, 224, 448, 640}, ColumnBlocks.of(640, 1, 224).start());
    assertArrayEquals(new int[] {0, 240, 480, 600}, ColumnBlocks.of(600, 40, 1000).start());
    assertArrayEquals(new int[] {0, 256, 320, 576, 640}, ColumnBlocks.of(640, 320, 512).start());
  }

  @Test
  void cutsStripsWhereUnitsEnd() {
    assertArrayEquals(new int[] {0, 32, 64, 96}, ColumnBlocks.of(96, 1, 224).strips(0));
    assertArrayEquals(new int[] {0, 24, 48, 60}, ColumnBlocks.of(60, 12, 224).strips(0));
    assertArrayEquals(new int[] {0, 32, 40, 72, 80}, ColumnBlocks.of(80, 40, 224).strips(0));
    assertArrayEquals(new int[] {0, 32, 64}, ColumnBlocks.of(320, 320, 256).strips(1));
  }

  /** Every column is in one block and one strip; a unit that a piece can hold is in one piece. */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "33, 1, 224",
    "640, 40, 128",
    "640, 320, 128",
    "1000, 16, 100",
    "96, 96, 7"
  })
  void coversAllColumnsOnce(int columns, int unit, int most) {
    ColumnBlocks blocks = ColumnBlocks.of(columns, unit, most);
    for (int block = 0; block < blocks.count(); block++) {
      assertTrue(blocks.width(block) >= 1 && blocks.width(block) <= most);
      assertEquals(blocks.from(block) + blocks.width(block), blocks.end(block));
      assertTrue(unit > most || blocks.from(block) % unit == 0);
      int[] strips = blocks.strips(block);
      assertEquals(0, strips[0]);
      assertEquals(blocks.width(block), strips[strips.length - 1]);
      for (int strip = 1; strip < strips.length; strip++) {
        int width = strips[strip] - strips[strip - 1];
        assertTrue(width >= 1 && width <= ColumnBlocks.STRIP);
      }
      for (int column = blocks.from(block); column < blocks.end(block); column++) {
        assertEquals(block, blocks.holding(column));
      }
    }
    assertEquals(columns, blocks.end(blocks.count() - 1));
  }
}
