package io.halftone.core.scheme;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a quantized decoder shall look like.
 *
 * @param layers of its linears; a full weight leaves them float
 * @param cache of its keys and values
 */
public record DecoderScheme(LayerScheme layers, CacheScheme cache) {
  private static final Pattern NAME =
      Pattern.compile(
          "(W[2-8]A(?:4|8|16))?(KV[2-8])?(_G[1-9][0-9]{0,8}(?:_FZ)?)?(_S)?"
              + "(_R[1-9][0-9]{0,5})?(_[MW]?F|_[MW])?");

  /** Validates that no part is missing. */
  public DecoderScheme {
    Objects.requireNonNull(layers, "layers");
    Objects.requireNonNull(cache, "cache");
  }

  /**
   * The presets of a name: those of {@link Schemes#named} with the bits of {@link
   * CacheScheme#named} after those of the activations, such as {@code W4A4KV4_G32}; or a cache
   * alone, such as {@code KV2_R32}.
   *
   * @throws IllegalArgumentException if the name has another form
   */
  public static DecoderScheme named(String name) {
    Matcher matcher = NAME.matcher(name);
    String layers = matcher.matches() ? matcher.group(1) : null;
    String cache = matcher.matches() ? matcher.group(2) : null;
    boolean meaningless =
        (layers == null && cache == null)
            || (layers == null && (matcher.group(3) != null || matcher.group(4) != null))
            || (cache == null && (matcher.group(5) != null || matcher.group(6) != null));
    if (meaningless) {
      throw new IllegalArgumentException(
          "unknown scheme '"
              + name
              + "'; expected [W<2..8>A<4|8|16>][KV<2..8>][_G<group size>[_FZ]][_S][_R<window>][_M|_W|_F|_MF|_WF], such as"
              + " W4A16_G32, W4A4KV4_G32, KV4_WF or KV2_R32");
    }
    return new DecoderScheme(
        layers == null
            ? new LayerScheme(Schemes.FULL, Schemes.FULL)
            : Schemes.named(layers + orEmpty(matcher.group(3)) + orEmpty(matcher.group(4))),
        cache == null
            ? CacheScheme.FULL
            : CacheScheme.named(cache + orEmpty(matcher.group(5)) + orEmpty(matcher.group(6))));
  }

  private static String orEmpty(String part) {
    return part == null ? "" : part;
  }
}
