package io.halftone.core.quantized;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.format.Formats;
import io.halftone.core.format.IntFormat;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.Nesting;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.Timing;
import io.halftone.core.scheme.ZeroPoint;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class NestedScalesTest {
  private static final ScaleSpec.Stored F16 = new ScaleSpec.Stored(Formats.F16);
  private static final ScaleSpec.Nested SIX_BITS =
      new ScaleSpec.Nested(Formats.UINT6, new Granularity.PerGroup(8), F16);
  private static final TensorScheme SUPER_BLOCKS =
      new TensorScheme(
          Formats.UINT4, new Granularity.PerGroup(2), SIX_BITS, ZeroPoint.OFFSET, Timing.STATIC);
  private static final CellLayout PAIRS = SUPER_BLOCKS.granularity().layout(2, 8);
  private static final CellLayout ROWS = new Granularity.PerGroup(8).layout(2, 8);

  private static NestedScales scales(short[] codes, float... outer) {
    return new NestedScales(PAIRS, Formats.UINT6, codes, ROWS, outer, Nesting.PRODUCT);
  }

  /** y = d·S·q − dmin·M with float16 d and dmin: one rounding, as the formula in double shows. */
  @Test
  void decodesSuperBlocksWithOneRounding() {
    SplittableRandom random = new SplittableRandom(7);
    for (int trial = 0; trial < 200; trial++) {
      short[] s = randomCodes(random, 8, 64);
      short[] m = randomCodes(random, 8, 64);
      float[] d = {half(random, 0.01f), half(random, -3)};
      float[] dmin = {half(random, 0.4f), half(random, 700)};
      short[] q = randomCodes(random, 16, 16);
      Grid grid = Grid.nested(scales(s, d), scales(m, -dmin[0], -dmin[1]));
      GridTensor tensor = new GridTensor(SUPER_BLOCKS, new Codes(2, 8, 4, q), grid);
      float[] decoded = tensor.decode().data();
      for (int i = 0; i < 16; i++) {
        int row = i / 8;
        double exact = (double) d[row] * s[i / 2] * q[i] - (double) dmin[row] * m[i / 2];
        assertEquals((float) exact, decoded[i]);
      }
    }
  }

  /** What a solver sees, (code − zero)·scale, agrees with the decoder to float32 precision. */
  @Test
  void effectiveZeroPointStandsForTheOffset() {
    Grid grid =
        Grid.nested(
            scales(new short[] {1, 2, 3, 0, 63, 1, 1, 1}, 0.5f, 0.25f),
            scales(new short[] {4, 0, 9, 5, 63, 1, 0, 2}, -0.125f, 0.5f));
    for (int cell = 0; cell < grid.scale().length; cell++) {
      float offset = grid.storage().offset()[cell];
      if (grid.scale()[cell] == 0) {
        assertEquals(0, grid.zero()[cell]);
      } else {
        float value = GridRounding.value(Formats.UINT4, 7, grid.scale()[cell], grid.zero()[cell]);
        assertEquals(7 * grid.scale()[cell] + offset, value, 1e-6 * Math.abs(offset));
      }
    }
    assertEquals(-0.625f, grid.storage().offset()[3], "constant cell keeps its offset");
  }

  @Test
  void quotientsDivide() {
    NestedScales scales =
        new NestedScales(
            PAIRS,
            Formats.E4M3FN,
            new short[] {0x38, 0x39, 0x40, 0x7E, 0x38, 0x08, 0x01, 0x40},
            new Granularity.PerTensor().layout(2, 8),
            new float[] {7},
            Nesting.QUOTIENT);
    assertArrayEquals(
        new float[] {
          1 / 7f, 1.125f / 7, 2 / 7f, 448 / 7f, 1 / 7f, 0x1p-6f / 7, 0x1p-9f / 7, 2 / 7f
        },
        scales.values());
    assertNotEquals(
        1.125f * (1 / 7f), scales.value(1), "a product with 1/7 would be another float");
  }

  static Stream<Arguments> specs() {
    Granularity rows = new Granularity.PerRow();
    return Stream.of(
        Arguments.of(SIX_BITS),
        Arguments.of(new ScaleSpec.Nested(Formats.INT8, rows, F16)),
        Arguments.of(
            new ScaleSpec.Nested(
                Formats.E4M3FN,
                new Granularity.PerTensor(),
                new ScaleSpec.Stored(Formats.F32),
                Nesting.QUOTIENT)));
  }

  /** Fitted scales are nearest to the wanted ones for their outer number, never 0. */
  @ParameterizedTest
  @MethodSource("specs")
  void fitsNearestScales(ScaleSpec.Nested spec) {
    SplittableRandom random = new SplittableRandom(11);
    float[] wanted = new float[8];
    for (int i = 0; i < wanted.length; i++) {
      wanted[i] = (float) (0.01 + random.nextDouble());
    }
    wanted[5] = 1e-7f;
    wanted[6] = 0;
    NestedScales fitted = NestedScales.fit(spec, PAIRS, wanted);
    float step = spec.format() instanceof IntFormat ? largestOuter(fitted) : 0;
    for (int cell = 0; cell < wanted.length; cell++) {
      float value = fitted.value(cell);
      assertTrue(value > 0, () -> spec + " gives a scale of " + value);
      double tolerance = Math.max(0.51 * step, 0.35 * wanted[cell]);
      boolean tiny = wanted[cell] < 1e-6;
      assertTrue(tiny || Math.abs(value - wanted[cell]) <= tolerance, () -> spec + ": " + value);
    }
  }

  private static float largestOuter(NestedScales scales) {
    return Math.max(scales.outer()[0], scales.outer()[scales.outer().length - 1]);
  }

  @Test
  void signedScalesKeepTheirSign() {
    ScaleSpec.Nested spec = new ScaleSpec.Nested(Formats.INT8, new Granularity.PerRow(), F16);
    NestedScales fitted =
        NestedScales.fit(spec, PAIRS, new float[] {-1, 0.5f, -1e-6f, 1, -2, 2, 1, 1});
    assertTrue(fitted.value(0) < 0 && fitted.value(2) < 0 && fitted.value(4) < 0);
    assertThrows(
        IllegalArgumentException.class,
        () -> NestedScales.fit(SIX_BITS, PAIRS, new float[] {-1, 1, 1, 1, 1, 1, 1, 1}));
  }

  /** Bits per weight of known block types, counted by the scheme. */
  static Stream<Arguments> blockTypes() {
    return Stream.of(
        Arguments.of("Q4_K", Formats.UINT4, 32, Formats.UINT6, ZeroPoint.OFFSET, 4.5),
        Arguments.of("Q5_K", Formats.UINT5, 32, Formats.UINT6, ZeroPoint.OFFSET, 5.5),
        Arguments.of("Q6_K", Formats.INT6, 16, Formats.INT8, ZeroPoint.NONE, 6.5625),
        Arguments.of("Q3_K", Formats.INT3, 16, Formats.INT6, ZeroPoint.NONE, 3.4375),
        Arguments.of("Q2_K", Formats.UINT2, 16, Formats.UINT4, ZeroPoint.OFFSET, 2.625));
  }

  @ParameterizedTest
  @MethodSource("blockTypes")
  void countsEveryBit(
      String name, NumberFormat codes, int group, NumberFormat inner, ZeroPoint zero, double bits) {
    TensorScheme scheme =
        new TensorScheme(
            codes,
            new Granularity.PerGroup(group),
            new ScaleSpec.Nested(inner, new Granularity.PerGroup(256), F16),
            zero,
            Timing.STATIC);
    assertEquals(bits, scheme.storageBits(3, 512) / (3.0 * 512), name);
  }

  @Test
  void gridsThatLackTheSchemesLevelsAreRefused() {
    Codes codes = new Codes(2, 8, 4, new short[16]);
    Grid plain = new Grid(PAIRS, new float[8], new float[8]);
    Grid noOffset = Grid.nested(scales(new short[8], 1, 1), new float[8]);
    NestedScales perTensor =
        new NestedScales(
            PAIRS,
            Formats.UINT6,
            new short[8],
            new Granularity.PerTensor().layout(2, 8),
            new float[1],
            Nesting.PRODUCT);
    Grid otherOuter = Grid.nested(perTensor, perTensor);
    for (Grid grid : new Grid[] {plain, noOffset, otherOuter}) {
      assertThrows(IllegalArgumentException.class, () -> new GridTensor(SUPER_BLOCKS, codes, grid));
    }
    Grid nested = Grid.nested(scales(new short[8], 1, 1), scales(new short[8], 1, 1));
    assertEquals(8, new GridTensor(SUPER_BLOCKS, codes, nested).cols());
    assertThrows(
        IllegalArgumentException.class,
        () -> new GridTensor(SUPER_BLOCKS.withZeroPoint(ZeroPoint.NONE), codes, nested));
  }

  @Test
  void offsetsStoredOneByOneDecodeExactly() {
    TensorScheme scheme =
        new TensorScheme(
            Formats.UINT4, new Granularity.PerGroup(2), F16, ZeroPoint.OFFSET, Timing.STATIC);
    Grid grid =
        Grid.withOffset(new CellLayout(1, 4, 1, 2), new float[] {0.3f, 0}, new float[] {-1.1f, 2});
    GridTensor tensor = new GridTensor(scheme, new Codes(1, 4, 4, new short[] {0, 15, 3, 4}), grid);
    assertArrayEquals(new float[] {-1.1f, 15 * 0.3f - 1.1f, 2, 2}, tensor.decode().data());
    assertEquals(4 * 4 + 2 * 32, tensor.storageBits());
  }

  @Test
  void cellsOfScaleZeroTakeAnyCode() {
    assertEquals(3, GridRounding.code(Formats.UINT4, 0, 0, 3));
    int code = GridRounding.code(Formats.UINT4, -5, 0, 3);
    assertTrue(code >= 0 && code <= 15);
    assertThrows(
        IllegalArgumentException.class, () -> GridRounding.code(Formats.UINT4, Float.NaN, 0, 3));
  }

  private static short[] randomCodes(SplittableRandom random, int count, int bound) {
    short[] codes = new short[count];
    for (int i = 0; i < count; i++) {
      codes[i] = (short) random.nextInt(bound);
    }
    return codes;
  }

  private static float half(SplittableRandom random, float scale) {
    return Formats.F16.round((float) (scale * (0.1 + random.nextDouble())));
  }
}
