package io.halftone.core.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumberFormatTest {
  static List<NumberFormat> all() {
    return Formats.all();
  }

  static Stream<NumberFormat> narrowerThanInt() {
    return Formats.all().stream().filter(format -> format.bits() < Integer.SIZE);
  }

  @ParameterizedTest
  @MethodSource("all")
  void nameFindsTheFormat(NumberFormat format) {
    assertSame(format, NumberFormat.named(format.name()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT9", "int4", "E4M3", "", " F16"})
  void unknownNameListsTheKnownOnes(String name) {
    IllegalArgumentException thrown =
        assertThrows(IllegalArgumentException.class, () -> NumberFormat.named(name));
    assertTrue(thrown.getMessage().contains("'" + name + "'"));
    for (NumberFormat known : Formats.all()) {
      assertTrue(thrown.getMessage().contains(known.name()), known.name());
    }
  }

  @Test
  void namesAreDistinctAndComplete() {
    assertEquals(
        List.of(
            "INT2", "INT3", "INT4", "INT5", "INT6", "INT7", "INT8", "UINT2", "UINT3", "UINT4",
            "UINT5", "UINT6", "UINT7", "UINT8", "E2M1", "E4M3FN", "E5M2", "F16", "BF16", "F32",
            "E8M0", "NF4", "IQ4_NL"),
        Formats.all().stream().map(NumberFormat::name).toList());
  }

  @Test
  void formatWithoutConstantDescribesItself() {
    NumberFormat format = new FloatFormat(3, 2, 3, Specials.FINITE);
    assertEquals("E3M2B3-FINITE", format.name());
    assertThrows(IllegalArgumentException.class, () -> NumberFormat.named(format.name()));
  }

  @ParameterizedTest
  @MethodSource("all")
  void nanIsRefusedByName(NumberFormat format) {
    IllegalArgumentException encoding =
        assertThrows(IllegalArgumentException.class, () -> format.encode(Float.NaN));
    assertTrue(encoding.getMessage().contains(format.name()));
    assertThrows(IllegalArgumentException.class, () -> format.round(Float.NaN));
  }

  @ParameterizedTest
  @MethodSource("narrowerThanInt")
  void codesOutOfRangeAreRefusedWithTheBounds(NumberFormat format) {
    for (int code :
        new int[] {
          format.minCode() - 1, format.maxCode() + 1, Integer.MIN_VALUE, Integer.MAX_VALUE
        }) {
      IllegalArgumentException thrown =
          assertThrows(IllegalArgumentException.class, () -> format.decode(code));
      assertEquals(
          "code = "
              + code
              + " of "
              + format.name()
              + " is outside ["
              + format.minCode()
              + ", "
              + format.maxCode()
              + "]",
          thrown.getMessage());
    }
  }
}
