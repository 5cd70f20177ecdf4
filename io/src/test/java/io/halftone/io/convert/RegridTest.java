package io.halftone.io.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.format.Formats;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.Timing;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.testkit.RandomLayers;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Saying a weight in another scheme keeps every value or refuses. */
class RegridTest {
  private static final Granularity ROWS = new Granularity.PerRow();
  private static final Granularity G32 = new Granularity.PerGroup(32);
  private static final Granularity G16 = new Granularity.PerGroup(16);

  private static TensorScheme symmetric(
      NumberFormat format, Granularity granularity, NumberFormat scales) {
    return new TensorScheme(
        format, granularity, new ScaleSpec.Stored(scales), ZeroPoint.NONE, Timing.STATIC);
  }

  private static TensorScheme offset(NumberFormat format, Granularity granularity) {
    return symmetric(format, granularity, Formats.F16).withZeroPoint(ZeroPoint.INTEGER);
  }

  private static GridTensor tensor(TensorScheme scheme) {
    return LayerConversion.weight(
        RandomLayers.of("fc", new LayerScheme(scheme, Schemes.FULL), 32, 64, 9));
  }

  static Stream<Arguments> exact() {
    return Stream.of(
        Arguments.of(symmetric(Formats.INT4, ROWS, Formats.F16), offset(Formats.UINT4, G32)),
        Arguments.of(symmetric(Formats.INT4, G32, Formats.F16), offset(Formats.UINT8, G16)),
        Arguments.of(offset(Formats.UINT3, G32), offset(Formats.UINT4, G32)),
        Arguments.of(offset(Formats.UINT4, G32), offset(Formats.INT4, G16)),
        Arguments.of(offset(Formats.UINT4, G32), symmetric(Formats.E4M3FN, G32, Formats.F32)),
        Arguments.of(offset(Formats.UINT4, G32), symmetric(Formats.INT5, G32, Formats.F16)),
        Arguments.of(
            symmetric(Formats.INT4, G32, Formats.F16),
            offset(Formats.UINT4, G32).withZeroPoint(ZeroPoint.OFFSET)),
        Arguments.of(
            symmetric(Formats.E2M1, G32, Formats.F16), symmetric(Formats.E4M3FN, G16, Formats.F32)),
        Arguments.of(
            symmetric(Formats.INT8, new Granularity.PerTensor(), Formats.F16),
            symmetric(Formats.INT8, new Granularity.PerBlock(12, 20), Formats.F32)),
        Arguments.of(
            symmetric(Formats.INT4, new Granularity.PerBlock(8, 32), Formats.F16),
            symmetric(Formats.INT5, G16, Formats.F32)));
  }

  @ParameterizedTest
  @MethodSource("exact")
  void keepsEveryValue(TensorScheme from, TensorScheme to) {
    GridTensor source = tensor(from);
    GridTensor said = Regrid.exactly(source, to).tensor().orElseThrow();
    assertEquals(to, said.scheme());
    assertArrayEquals(source.decode().data(), said.decode().data());
    if (to.format().bits() == from.format().bits()) {
      GridTensor back = Regrid.exactly(said, from).tensor().orElseThrow();
      assertArrayEquals(source.codes().values(), back.codes().values());
      assertArrayEquals(source.grid().scale(), back.grid().scale());
      assertArrayEquals(source.grid().zero(), back.grid().zero());
    }
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of(
            symmetric(Formats.INT8, G32, Formats.F16),
            symmetric(Formats.INT4, G32, Formats.F16),
            "codes that INT4 does not hold"),
        Arguments.of(
            symmetric(Formats.INT4, G16, Formats.F16),
            symmetric(Formats.INT4, G32, Formats.F16),
            "differ inside"),
        Arguments.of(
            symmetric(Formats.INT4, G32, Formats.F32),
            symmetric(Formats.INT4, G32, Formats.F16),
            "scales that F16 does not hold"),
        Arguments.of(
            offset(Formats.UINT4, G32),
            symmetric(Formats.INT4, G32, Formats.F16),
            "INT4 does not hold"),
        Arguments.of(offset(Formats.UINT8, G32), offset(Formats.UINT4, G32), "UINT4 does not hold"),
        Arguments.of(
            symmetric(Formats.E2M1, G32, Formats.F16),
            symmetric(Formats.INT8, G32, Formats.F16),
            "INT8 does not hold"),
        Arguments.of(
            symmetric(Formats.INT4, G32, Formats.F16),
            offset(Formats.UINT4, G32).withZeroPoint(ZeroPoint.FLOAT),
            "real zero points"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void saysWhatDoesNotFit(TensorScheme from, TensorScheme to, String part) {
    Regrid.Result result = Regrid.exactly(tensor(from), to);
    assertEquals(Optional.empty(), result.tensor());
    assertTrue(result.obstacle().contains(part), result.obstacle());
  }

  @Test
  void offsetsAreWholeStepsOrRefused() {
    TensorScheme offsets = offset(Formats.UINT4, G32).withZeroPoint(ZeroPoint.OFFSET);
    GridTensor plain = tensor(offset(Formats.UINT4, G32));
    assertTrue(
        Regrid.exactly(plain, offsets).obstacle().contains("offsets F16 does not hold"),
        "a scale of 11 bits times a zero point of 4");
    for (int cell = 0; cell < plain.grid().scale().length; cell++) {
      plain.grid().scale()[cell] = 1 / 64f;
    }
    GridTensor said = Regrid.exactly(plain, offsets).tensor().orElseThrow();
    assertArrayEquals(plain.decode().data(), said.decode().data());
    GridTensor back = Regrid.exactly(said, plain.scheme()).tensor().orElseThrow();
    assertArrayEquals(plain.grid().zero(), back.grid().zero());
    said.grid().storage().offset()[2] += 1 / 512f;
    assertTrue(
        Regrid.exactly(said, plain.scheme()).obstacle().contains("no whole number of steps"));
  }

  @Test
  void blocksOfGgmlAreSymmetricGroupsWithScalesOfAnySign() {
    GridTensor source = tensor(symmetric(Formats.INT4, G32, Formats.F16));
    source.grid().scale()[3] = -source.grid().scale()[3];
    GridTensor said = Regrid.exactly(source, offset(Formats.UINT4, G16)).tensor().orElseThrow();
    assertArrayEquals(source.decode().data(), said.decode().data());
  }
}
