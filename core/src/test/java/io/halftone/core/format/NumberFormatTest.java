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
            "INT2",
            "INT3",
            "INT4",
            "INT5",
            "INT6",
            "INT7",
            "INT8",
            "UINT2",
            "UINT3",
            "UINT4",
            "UINT5",
            "UINT6",
            "UINT7",
            "UINT8",
            "E2M1",
            "E2M3",
            "E3M2",
            "E3M4",
            "E4M3FN",
            "E5M2",
            "E4M3FNUZ",
            "E5M2FNUZ",
            "E4M3B11FNUZ",
            "F16",
            "BF16",
            "F32",
            "E8M0",
            "NF4",
            "IQ4_NL"),
        Formats.all().stream().map(NumberFormat::name).toList());
  }

  static Stream<NumberFormat> withoutConstant() {
    return Stream.of(
        new FloatFormat(3, 3, 3, Specials.FINITE),
        new FloatFormat(1, 0, -126, Specials.FINITE),
        new FloatFormat(8, 10, 127, Specials.IEEE),
        new FloatFormat(5, 2, 7, Specials.FNUZ),
        new ExponentFormat(8, 133));
  }

  @ParameterizedTest
  @MethodSource("withoutConstant")
  void formatWithoutConstantIsFoundByItsDescription(NumberFormat format) {
    assertEquals(format, NumberFormat.named(format.name()));
  }

  @Test
  void descriptionsAreCheckedAsTheirFormatsAre() {
    assertEquals("E3M3B3-FINITE", new FloatFormat(3, 3, 3, Specials.FINITE).name());
    assertThrows(IllegalArgumentException.class, () -> NumberFormat.named("E4M24B7-FN"));
    assertThrows(IllegalArgumentException.class, () -> NumberFormat.named("E4M3B7-ODD"));
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
