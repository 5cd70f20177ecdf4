package io.halftone.core.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

class TableFormatTest {
  /** The table of QLoRA as bitsandbytes and ONNX Runtime hold it. */
  private static final int[] NF4_BITS = {
    0xbf800000, 0xbf3239b1, 0xbf066b30, 0xbeca32a0, 0xbe91a24d, 0xbe3d353f, 0xbdba7871, 0x00000000,
    0x3da2faff, 0x3e24cae3, 0x3e7c04dd, 0x3ead033a, 0x3ee1a4b8, 0x3f1007ab, 0x3f3913b3, 0x3f800000
  };

  static List<TableFormat> tables() {
    return List.of(Formats.NF4, Formats.IQ4_NL, new TableFormat("three", List.of(-1f, 0.5f, 2f)));
  }

  @Test
  void nf4IsBitForBitThePublishedTable() {
    for (int code = 0; code < 16; code++) {
      assertEquals(NF4_BITS[code], Float.floatToRawIntBits(Formats.NF4.decode(code)));
    }
    assertEquals(4, Formats.NF4.bits());
  }

  @ParameterizedTest
  @MethodSource("tables")
  void encodesTheNearestTiesToTheEvenCode(TableFormat table) {
    for (int code = 0; code < table.values().size(); code++) {
      assertEquals(code, table.encode(table.decode(code)));
      if (code > 0) {
        float middle = (float) (((double) table.decode(code - 1) + table.decode(code)) / 2);
        assertNearest(table, middle);
        assertNearest(table, Math.nextUp(middle));
        assertNearest(table, Math.nextDown(middle));
      }
    }
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 20_000; i++) {
      assertNearest(table, (float) (1.3 * table.maxValue() * (2 * random.nextDouble() - 1)));
    }
    assertEquals(table.maxCode(), table.encode(Float.POSITIVE_INFINITY));
    assertEquals(0, table.encode(Float.NEGATIVE_INFINITY));
  }

  private static void assertNearest(TableFormat table, float x) {
    int best = 0;
    for (int code = 1; code < table.values().size(); code++) {
      double before = Math.abs((double) x - table.values().get(best));
      double now = Math.abs((double) x - table.values().get(code));
      if (now < before || (now == before && code % 2 == 0)) {
        best = code;
      }
    }
    assertEquals(best, table.encode(x), () -> table.name() + " of " + x);
  }

  static final List<List<Float>> UNUSABLE =
      List.of(List.of(1f), List.of(1f, 1f), List.of(2f, 1f), List.of(0f, Float.NaN));

  @ParameterizedTest
  @FieldSource("UNUSABLE")
  void unusableTablesAreRefused(List<Float> values) {
    assertThrows(IllegalArgumentException.class, () -> new TableFormat("bad", values));
  }
}
