package io.halftone.calibration.decoder;

import io.halftone.core.kernel.Compute;
import io.halftone.core.model.Absorbs;
import io.halftone.core.model.SiteRole;
import io.halftone.core.model.TransformSite;
import io.halftone.core.scheme.CacheScheme;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Identity;
import java.util.List;

/**
 * What one block's attention reads in the place of keys and values it has seen, exactly as when
 * tokens are decoded one by one.
 *
 * <p>At position t, with a window of R tokens, keys of positions before ⌊t / R⌋·R and values of
 * positions before t − R have been quantized; without a window all have, that of t included.
 *
 * @param scheme of the cache
 * @param keys how keys are kept, after the position embedding
 * @param values how values are kept
 * @see <a href="https://arxiv.org/abs/2402.02750">Liu et al., KIVI, 2024, algorithm 1</a>
 */
public record KeyValueCache(CacheScheme scheme, CacheSide keys, CacheSide values) {
  /**
   * A cache that is not fitted, or not yet.
   *
   * @param basis T of one head's queries and keys: q·T meets k·T⁻ᵀ
   */
  public KeyValueCache(CacheScheme scheme, EquivalentTransform basis) {
    this(scheme, CacheSide.of(basis), CacheSide.of(new Identity(basis.sizeIn())));
  }

  /** A cache of keys in their own basis. */
  public static KeyValueCache of(CausalModel model, CacheScheme scheme) {
    return new KeyValueCache(scheme, new Identity(model.config().headSize()));
  }

  /** A float cache. */
  static KeyValueCache full(int headSize) {
    return new KeyValueCache(CacheScheme.FULL, new Identity(headSize));
  }

  /** The keys of one head as a site. */
  static TransformSite site(FloatDecoder model) {
    return new TransformSite(
        "keys",
        model.config().headSize(),
        List.of("attention"),
        List.of(),
        Absorbs.ANY,
        1,
        SiteRole.KEYS,
        1);
  }

  /** Channels of a head. */
  int headSize() {
    return keys.bases().get(0).sizeIn();
  }

  /**
   * The cache of one half, fitted as the scheme asks.
   *
   * @param sublayer with the input linears that will run and the float output linear
   * @param stream calibration tokens in front of it, read
   */
  KeyValueCache fitted(Sublayer sublayer, ResidualStream stream, Compute compute) {
    return scheme.isFitted() ? CacheFit.of(this, sublayer, stream, compute).orElse(this) : this;
  }

  /** Whether some tokens are still float when they are read. */
  boolean hasWindow() {
    return scheme.residualTokens() > 0;
  }

  /** The first position whose key is still float when position t reads it. */
  int firstFloatKey(int position) {
    int window = scheme.residualTokens();
    return hasWindow() ? position / window * window : position + 1;
  }

  /** The first position whose value is still float when position t reads it. */
  int firstFloatValue(int position) {
    return hasWindow() ? Math.max(0, position - scheme.residualTokens()) : position + 1;
  }
}
