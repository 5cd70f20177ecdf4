package io.halftone.core.scheme;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a decoder keeps the keys and values of tokens it has seen; matrices are [tokens, channels of
 * one head].
 *
 * @param key keys, position embedding included; {@link Schemes#FULL} keeps them float
 * @param value values
 * @param residualTokens R: keys are quantized R tokens at a time, values when R newer ones follow;
 *     0 quantizes every token before it is first read
 * @param basis what keys and values are kept in
 * @param codes how they are rounded
 * @see <a href="https://arxiv.org/abs/2402.02750">Liu et al., KIVI, 2024, section 3.3</a>
 */
public record CacheScheme(
    TensorScheme key, TensorScheme value, int residualTokens, CacheBasis basis, CacheCodes codes) {
  private static final Pattern NAME =
      Pattern.compile("KV([2-8])(?:_R([1-9][0-9]{0,5}))?(?:_([MW])?(F)?)?(?<!_)");

  /** Tokens that share a key scale, and channels that share a value scale, in KIVI. */
  private static final int KIVI_GROUP = 32;

  /** A float cache. */
  public static final CacheScheme FULL = new CacheScheme(Schemes.FULL, Schemes.FULL, 0);

  /** Keeps the nearest codes of keys and values as they are. */
  public CacheScheme(TensorScheme key, TensorScheme value, int residualTokens) {
    this(key, value, residualTokens, CacheBasis.OWN, CacheCodes.NEAREST);
  }

  /**
   * Validates that a key's scale does not need tokens that are not there yet.
   *
   * @throws IllegalArgumentException if cells of several tokens do not fit into R
   */
  public CacheScheme {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(value, "value");
    Objects.requireNonNull(basis, "basis");
    Objects.requireNonNull(codes, "codes");
    if (residualTokens < 0) {
      throw new IllegalArgumentException(
          "residualTokens is " + residualTokens + ", must not be negative");
    }
    int keyRows = cellTokens(key);
    if (keyRows > 1 && (residualTokens == 0 || residualTokens % keyRows != 0)) {
      throw new IllegalArgumentException(
          "keys share scales over "
              + keyRows
              + " tokens, which does not divide a window of "
              + residualTokens);
    }
    if (cellTokens(value) > 1) {
      throw new IllegalArgumentException("values must not share scales over tokens: " + value);
    }
  }

  /** Tokens of a cell; more than any window where all tokens share one. */
  private static int cellTokens(TensorScheme scheme) {
    return scheme.isFull() ? 1 : scheme.granularity().layout(Integer.MAX_VALUE, 1).cellRows();
  }

  /** Whether a block's cache depends on calibration tokens. */
  public boolean isFitted() {
    return basis != CacheBasis.OWN || codes != CacheCodes.NEAREST;
  }

  /** Whether nothing is quantized. */
  public boolean isFull() {
    return key.isFull() && value.isFull();
  }

  /**
   * The preset of a name: {@code KV<bits>} has a scale and an offset per token and head; {@code
   * KV<bits>_R<tokens>} is KIVI's cache, keys per channel and 32 tokens, values per token and 32
   * channels, and a float window of R tokens; {@code _M} behind either keeps both relative to their
   * calibrated means, {@code _W} whitened, {@code _F}, {@code _MF} or {@code _WF} rounds with error
   * feedback.
   *
   * @throws IllegalArgumentException if the name has another form, or 32 does not divide R
   */
  public static CacheScheme named(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "unknown cache scheme '"
              + name
              + "'; expected KV<2..8>[_R<window>][_M|_W|_F|_MF|_WF], such as KV4, KV4_WF or KV2_R32");
    }
    int bits = Integer.parseInt(matcher.group(1));
    CacheBasis basis = basis(matcher.group(3));
    CacheCodes codes = matcher.group(4) == null ? CacheCodes.NEAREST : CacheCodes.FEEDBACK;
    if (matcher.group(2) == null) {
      TensorScheme perToken = Schemes.ranged(bits, new Granularity.PerRow());
      return new CacheScheme(perToken, perToken, 0, basis, codes);
    }
    return new CacheScheme(
        Schemes.ranged(bits, new Granularity.PerBlock(KIVI_GROUP, 1)),
        Schemes.ranged(bits, new Granularity.PerGroup(KIVI_GROUP, Remainder.SHORT_LAST_GROUP)),
        Integer.parseInt(matcher.group(2)),
        basis,
        codes);
  }

  private static CacheBasis basis(String letter) {
    if (letter == null) {
      return CacheBasis.OWN;
    }
    return letter.equals("M") ? CacheBasis.MEAN : CacheBasis.WHITE;
  }
}
