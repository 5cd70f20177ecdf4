package io.halftone.testkit.vectors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.format.BlockExponent;
import io.halftone.core.format.Cast;
import io.halftone.core.format.IntFormat;
import io.halftone.core.format.NanRule;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.format.Overflow;
import io.halftone.core.format.RealBias;
import io.halftone.core.format.Rounding;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Codes;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.GridRounding;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.NestedScales;
import io.halftone.core.scheme.BlockFormats;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.tensor.FloatMatrix;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The formats and casts of the library run against every published vector. */
class ConformanceTest {
  static Stream<String> formats() {
    return VectorFiles.formats().stream().map(Definition::name);
  }

  @Test
  void everyCodeHasItsValue() {
    Map<String, Integer> next = new TreeMap<>();
    for (List<String> row : Table.read("codes.tsv").rows()) {
      NumberFormat format = NumberFormat.named(row.get(0));
      int first = hex(row.get(1));
      int last = hex(row.get(2));
      assertEquals(next.getOrDefault(row.get(0), 0), first, "codes without a row");
      next.put(row.get(0), last + 1);
      for (int code = first; code <= last; code++) {
        int expected = hex(row.get(3)) + (code - first) * hex(row.get(4));
        int actual = Float.floatToIntBits(format.decode(signed(format, code)));
        assertEquals(expected, actual, format.name() + " code " + code);
      }
    }
    formats().forEach(name -> assertEquals(1 << NumberFormat.named(name).bits(), next.get(name)));
  }

  @ParameterizedTest
  @MethodSource("formats")
  void everyCastGivesThePublishedCode(String name) {
    NumberFormat format = NumberFormat.named(name);
    Table table = Table.read("cast-" + name + ".tsv");
    for (int column = 1; column < table.header().size(); column++) {
      String[] rules = table.header().get(column).split(":", -1);
      Rounding rounding = Rounding.valueOf(rules[0]);
      Overflow overflow = Overflow.valueOf(rules[1]);
      boolean impossible = table.rows().stream().anyMatch(hasDash(column));
      if (impossible) {
        assertThrows(
            IllegalArgumentException.class,
            () -> new Cast(format, rounding, overflow, NanRule.REFUSE));
        continue;
      }
      Cast cast = new Cast(format, rounding, overflow, NanRule.REFUSE);
      for (List<String> row : table.rows()) {
        assertCode(cast, Float.intBitsToFloat(hex(row.get(0))), row.get(column));
      }
    }
  }

  private static Predicate<List<String>> hasDash(int column) {
    return row -> row.get(column).equals("-");
  }

  /** The fast way of a format gives what the vectors say of its default cast. */
  @ParameterizedTest
  @MethodSource("formats")
  void encodeIsTheDefaultCast(String name) {
    NumberFormat format = NumberFormat.named(name);
    Table table = Table.read("cast-" + name + ".tsv");
    int column = table.header().indexOf(Cast.nearest(format).rounding() + ":SATURATE");
    assertTrue(column > 0);
    for (List<String> row : table.rows()) {
      float x = Float.intBitsToFloat(hex(row.get(0)));
      int expected = signed(format, hex(row.get(column)));
      assertEquals(expected, format.encode(x), () -> name + " of " + x);
    }
  }

  @Test
  void everyNanGivesThePublishedCode() {
    Table table = Table.read("nan.tsv");
    for (List<String> row : table.rows()) {
      NumberFormat format = NumberFormat.named(row.get(0));
      for (int column = 2; column < row.size(); column++) {
        NanRule rule = NanRule.valueOf(table.header().get(column));
        if (row.get(column).equals("-")) {
          assertThrows(IllegalArgumentException.class, () -> cast(format, rule));
        } else {
          assertCode(cast(format, rule), Float.intBitsToFloat(hex(row.get(1))), row.get(column));
        }
      }
    }
  }

  @Test
  void everyBlockHasThePublishedExponent() {
    Table table = Table.read("block-exponents.tsv");
    for (List<String> row : table.rows()) {
      NumberFormat element = NumberFormat.named(row.get(0));
      float magnitude = Float.intBitsToFloat(hex(row.get(1)));
      for (int column = 2; column < row.size(); column++) {
        BlockExponent rule = BlockExponent.valueOf(table.header().get(column));
        assertEquals(
            Integer.parseInt(row.get(column)),
            rule.of(magnitude, element),
            () -> rule + " of " + magnitude + " in " + element.name());
      }
    }
  }

  @Test
  void everyMicroscalingBlockHasThePublishedCodesAndValues() {
    Map<String, TensorScheme> schemes =
        Map.of(
            "E2M1", BlockFormats.MXFP4.weight(),
            "E2M3", BlockFormats.MXFP6_E2M3.weight(),
            "E3M2", BlockFormats.MXFP6_E3M2.weight(),
            "E4M3FN", BlockFormats.MXFP8_E4M3.weight(),
            "E5M2", BlockFormats.MXFP8_E5M2.weight(),
            "INT8", BlockFormats.MXINT8.weight());
    for (List<String> row : Table.read("blocks-mx.tsv").rows()) {
      TensorScheme scheme = schemes.get(row.get(0));
      float[] values = floats(row.get(2));
      int exponent = BlockExponent.valueOf(row.get(1)).of(magnitude(values), scheme.format());
      NumberFormat scales = ((ScaleSpec.Stored) scheme.scale()).format();
      float scale = scheme.scale().store((float) Math.scalb(1.0, exponent));
      assertEquals(hex(row.get(3)), scales.encode(scale), row::toString);
      Grid grid =
          new Grid(
              scheme.granularity().layout(1, values.length), new float[] {scale}, new float[1]);
      assertBlock(scheme, grid, values, row.get(4), row.get(5));
    }
  }

  @Test
  void everyNvfp4BlockHasThePublishedCodesAndValues() {
    TensorScheme scheme = BlockFormats.NVFP4.weight();
    ScaleSpec.Nested spec = (ScaleSpec.Nested) scheme.scale();
    for (List<String> row : Table.read("blocks-nvfp4.tsv").rows()) {
      float divisor = Float.intBitsToFloat(hex(row.get(0)));
      float[] values = floats(row.get(1));
      float wanted = (float) ((double) magnitude(values) * divisor / 6);
      assertEquals(hex(row.get(2)), spec.format().encode(wanted), row::toString);
      CellLayout cells = scheme.granularity().layout(1, values.length);
      NestedScales scales =
          new NestedScales(
              cells,
              spec.format(),
              new short[] {(short) hex(row.get(2))},
              spec.outerLayout(cells),
              new float[] {divisor},
              spec.nesting());
      assertBlock(scheme, Grid.nested(scales, new float[1]), values, row.get(3), row.get(4));
    }
  }

  private static void assertBlock(
      TensorScheme scheme, Grid grid, float[] values, String codes, String decoded) {
    FloatMatrix block = FloatMatrix.wrap(values, 1, values.length);
    Codes found = GridRounding.codes(scheme, grid, block, Compute.defaults());
    List<String> published = List.of(codes.split(" ", -1));
    for (int c = 0; c < values.length; c++) {
      assertEquals(signed(scheme.format(), hex(published.get(c))), found.get(0, c), grid::toString);
    }
    assertArrayEquals(floats(decoded), new GridTensor(scheme, found, grid).decode().data());
  }

  @Test
  void everyRealBiasGivesThePublishedCodesAndValues() {
    for (List<String> row : Table.read("real-bias.tsv").rows()) {
      RealBias format =
          RealBias.of(
              Integer.parseInt(row.get(0)),
              Integer.parseInt(row.get(1)),
              Double.parseDouble(row.get(2)));
      assertEquals(hex(row.get(3)), Float.floatToRawIntBits(format.unit()), row::toString);
      int code = format.encode(Float.intBitsToFloat(hex(row.get(4))));
      assertEquals(hex(row.get(5)), code, row::toString);
      assertEquals(hex(row.get(6)), Float.floatToRawIntBits(format.decode(code)), row::toString);
    }
  }

  private static float[] floats(String fields) {
    String[] bits = fields.split(" ", -1);
    float[] values = new float[bits.length];
    for (int i = 0; i < bits.length; i++) {
      values[i] = Float.intBitsToFloat(hex(bits[i]));
    }
    return values;
  }

  private static float magnitude(float[] values) {
    float magnitude = 0;
    for (float value : values) {
      magnitude = Math.max(magnitude, Math.abs(value));
    }
    return magnitude;
  }

  private static Cast cast(NumberFormat format, NanRule rule) {
    return new Cast(format, Rounding.NEAREST_EVEN, Overflow.SATURATE, rule);
  }

  private static void assertCode(Cast cast, float x, String expected) {
    if (expected.equals("x")) {
      assertThrows(IllegalArgumentException.class, () -> cast.encode(x), () -> cast + " of " + x);
      return;
    }
    int code = signed(cast.format(), hex(expected));
    assertEquals(code, cast.encode(x), () -> cast + " of " + x);
  }

  private static int signed(NumberFormat format, int field) {
    int spare = Integer.SIZE - format.bits();
    boolean isSigned = format instanceof IntFormat integers && integers.signed();
    return isSigned ? field << spare >> spare : field;
  }

  private static int hex(String digits) {
    return Integer.parseUnsignedInt(digits, 16);
  }
}
