package io.halftone.core.scheme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecoderSchemeTest {
  @Test
  void namesSayTheirParts() {
    DecoderScheme all = DecoderScheme.named("W4A4KV4_G32");
    assertEquals(Schemes.named("W4A4_G32"), all.layers());
    assertEquals(CacheScheme.named("KV4"), all.cache());
    assertEquals(CacheScheme.FULL, DecoderScheme.named("W8A8").cache());
    assertEquals(Schemes.named("W8A8_S"), DecoderScheme.named("W8A8_S").layers());
    DecoderScheme fixed = DecoderScheme.named("W4A8KV2_G32_S_R64_M");
    assertEquals(Schemes.named("W4A8_G32_S"), fixed.layers());
    assertEquals(CacheScheme.named("KV2_R64_M"), fixed.cache());
    DecoderScheme cacheOnly = DecoderScheme.named("KV2_R64");
    assertTrue(cacheOnly.layers().weight().isFull());
    assertEquals(64, cacheOnly.cache().residualTokens());
    assertEquals(CacheBasis.OWN, cacheOnly.cache().basis());
    assertEquals(CacheBasis.MEAN, DecoderScheme.named("W4A4KV4_G32_M").cache().basis());
    assertEquals(CacheBasis.WHITE, DecoderScheme.named("KV4_WF").cache().basis());
    assertEquals(CacheCodes.FEEDBACK, DecoderScheme.named("KV4_WF").cache().codes());
    assertEquals(CacheCodes.NEAREST, DecoderScheme.named("W4A4KV4_G32_W").cache().codes());
    assertEquals(CacheBasis.OWN, DecoderScheme.named("KV3_R32_F").cache().basis());
    assertEquals(CacheScheme.named("KV2_R64_M"), DecoderScheme.named("KV2_R64_M").cache());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "W4",
        "KV4_G32",
        "W4A16_G32_R32",
        "KV9",
        "W4A4_G32KV4",
        "KV2_R0",
        "W4A16_G32_M",
        "W4A16_G32_WF",
        "KV4_",
        "KV4_FW",
        "KV4_S",
        "W4A16_G32_S"
      })
  void otherNamesAreRefused(String name) {
    assertThrows(IllegalArgumentException.class, () -> DecoderScheme.named(name));
  }

  /** A key's scale must be known when its tokens leave the window. */
  @Test
  void windowsMustHoldWholeKeyCells() {
    TensorScheme perChannel = Schemes.ranged(2, new Granularity.PerBlock(32, 1));
    TensorScheme perToken = Schemes.ranged(2, new Granularity.PerRow());
    assertThrows(IllegalArgumentException.class, () -> new CacheScheme(perChannel, perToken, 0));
    assertThrows(IllegalArgumentException.class, () -> new CacheScheme(perChannel, perToken, 48));
    assertThrows(IllegalArgumentException.class, () -> new CacheScheme(perToken, perChannel, 32));
    assertThrows(
        IllegalArgumentException.class,
        () -> new CacheScheme(Schemes.ranged(2, new Granularity.PerColumn()), perToken, 32));
    assertEquals(96, new CacheScheme(perChannel, perToken, 96).residualTokens());
  }
}
