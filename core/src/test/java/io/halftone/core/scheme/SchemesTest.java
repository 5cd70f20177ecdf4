package io.halftone.core.scheme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.format.Formats;
import io.halftone.core.format.NumberFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemesTest {
  @ParameterizedTest
  @CsvSource({
    "W4A16_G128, 4, 16, 128",
    "W2A8_G32, 2, 8, 32",
    "W3A16_G1, 3, 16, 1",
    "W8A8_G100000000, 8, 8, 100000000"
  })
  void groupedNamesSayTheirParts(String name, int weightBits, int inputBits, int group) {
    LayerScheme scheme = Schemes.named(name);
    assertEquals(Schemes.grouped(weightBits, group), scheme.weight());
    assertEquals(ZeroPoint.INTEGER, scheme.weight().zeroPoint());
    assertEquals(inputBits == 16, scheme.isWeightOnly());
  }

  @ParameterizedTest
  @CsvSource({"W8A8, 8, 8", "W4A16, 4, 16", "W2A8, 2, 8"})
  void namesWithoutGroupArePerChannel(String name, int weightBits, int inputBits) {
    LayerScheme scheme = Schemes.named(name);
    assertEquals(Schemes.perChannel(weightBits), scheme.weight());
    assertEquals(inputBits == 8 ? Schemes.A8_PER_TOKEN : Schemes.FULL, scheme.input());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "W1A16",
        "W9A16",
        "W4A5",
        "W4",
        "w4a16",
        "W4A16_G",
        "W4A16_G0",
        "W4A16_G-1",
        "W4A16_G1234567890",
        "W4A16_G32 ",
        "W8A16_S",
        "W8A8_S_G32",
        "W4A16_G32_S"
      })
  void otherNamesAreRefusedWithTheForm(String name) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Schemes.named(name));
    assertTrue(e.getMessage().contains("'" + name + "'"), e.getMessage());
    assertTrue(e.getMessage().contains("W<2..8>A<4|8|16>"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "W4A16_G32",
        "W4A16_G32_FZ",
        "W3A8_G128",
        "W8A8",
        "W2A16",
        "W8A16_G7_FZ",
        "MXFP4",
        "MXFP6_E2M3",
        "MXFP6_E3M2",
        "MXFP8_E4M3",
        "MXFP8_E5M2",
        "MXINT8",
        "NVFP4",
        "W4A4_G32",
        "W8A8_S",
        "W4A8_G32_FZ_S"
      })
  void namesComeBack(String name) {
    assertEquals(name, Schemes.nameOf(Schemes.named(name)));
  }

  /** One step for all tokens, known before the model runs. */
  @ParameterizedTest
  @CsvSource({"W8A8_S, W8A8, INT8", "W4A4_G32_S, W4A4_G32, INT4"})
  void staticInputsHaveOneStep(String name, String dynamic, String format) {
    LayerScheme scheme = Schemes.named(name);
    assertEquals(Schemes.named(dynamic).weight(), scheme.weight());
    assertEquals(Timing.STATIC, scheme.input().timing());
    assertEquals(new Granularity.PerTensor(), scheme.input().granularity());
    assertEquals(NumberFormat.named(format), scheme.input().format());
    assertEquals(Clip.NONE, scheme.input().clip());
    assertFalse(scheme.isWeightOnly());
  }

  @Test
  void theSuffixAsksForRealZeroPoints() {
    assertEquals(ZeroPoint.FLOAT, Schemes.named("W4A16_G32_FZ").weight().zeroPoint());
  }

  @ParameterizedTest
  @CsvSource({"MXFP4, 4.25", "MXFP6_E2M3, 6.25", "MXFP8_E5M2, 8.25", "MXINT8, 8.25", "NVFP4, 4.5"})
  void blockFormatsTakeTheBitsOfCodesAndScales(String name, double bitsPerWeight) {
    LayerScheme scheme = Schemes.named(name);
    long divisor = name.equals("NVFP4") ? 32 : 0;
    assertTrue(scheme.isWeightOnly() && BlockFormats.contains(scheme));
    assertEquals(Math.round(bitsPerWeight * 4 * 64) + divisor, scheme.weight().storageBits(4, 64));
    assertThrows(IllegalArgumentException.class, () -> scheme.weight().storageBits(4, 40));
  }

  @Test
  void blockFormatsKeepTheirNameWithAShortLastGroup() {
    TensorScheme lenient =
        BlockFormats.MXFP4
            .weight()
            .withGranularity(new Granularity.PerGroup(32, Remainder.SHORT_LAST_GROUP));
    LayerScheme scheme = new LayerScheme(lenient, Schemes.FULL);
    assertEquals("MXFP4", Schemes.nameOf(scheme));
    assertTrue(!BlockFormats.contains(scheme));
  }

  @Test
  void schemesWithoutAPresetAreCustom() {
    TensorScheme tensorWide = Schemes.perChannel(8).withGranularity(new Granularity.PerTensor());
    assertEquals("custom", Schemes.nameOf(new LayerScheme(tensorWide, Schemes.FULL)));
    assertEquals("custom", Schemes.nameOf(new LayerScheme(Schemes.FULL, Schemes.FULL)));
  }

  /** Codes, one scale and one zero point per cell. */
  @Test
  void storageBitsCountEveryPart() {
    assertEquals(3 * 256 * 4 + 3 * 2 * (16 + 4), Schemes.grouped(4, 128).storageBits(3, 256));
    assertEquals(3 * 256 * 8 + 3 * 32, Schemes.perChannel(8).storageBits(3, 256));
    assertEquals(3 * 256 * 32, Schemes.FULL.storageBits(3, 256));
    TensorScheme real =
        new TensorScheme(
            Formats.UINT2,
            new Granularity.PerGroup(100, Remainder.SHORT_LAST_GROUP),
            new ScaleSpec.Stored(Formats.BF16),
            ZeroPoint.FLOAT,
            Timing.STATIC);
    assertEquals(3 * 256 * 2 + 3 * 3 * (16 + 16), real.storageBits(3, 256));
  }

  /** More bits than an int counts. */
  @Test
  void storageBitsDoNotOverflow() {
    assertEquals(
        40_000L * 50_000 * 8 + 40_000L * 32, Schemes.perChannel(8).storageBits(40_000, 50_000));
  }

  @Test
  void groupsThatDoNotDivideAreRefused() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> Schemes.grouped(4, 128).storageBits(3, 200));
    assertTrue(e.getMessage().contains("128") && e.getMessage().contains("200"), e.getMessage());
  }
}
