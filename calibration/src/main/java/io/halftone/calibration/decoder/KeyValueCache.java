package io.halftone.calibration.decoder;

import io.halftone.core.kernel.Compute;
import io.halftone.core.model.Absorbs;
import io.halftone.core.model.SiteRole;
import io.halftone.core.model.TransformSite;
import io.halftone.core.quantized.InputRounding;
import io.halftone.core.scheme.CacheOrigin;
import io.halftone.core.scheme.CacheScheme;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;
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
 * @param keys T of one head's queries and keys after the position embedding: q·T meets k·T⁻ᵀ
 * @param centre what is subtracted of keys and values before they are turned and stored
 * @see <a href="https://arxiv.org/abs/2402.02750">Liu et al., KIVI, 2024, algorithm 1</a>
 */
public record KeyValueCache(CacheScheme scheme, EquivalentTransform keys, CacheCentre centre) {
  /** A cache that is not centred, or not yet. */
  public KeyValueCache(CacheScheme scheme, EquivalentTransform keys) {
    this(scheme, keys, CacheCentre.ZERO);
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

  /**
   * The cache of one half, relative to the origin that the scheme asks for.
   *
   * @param sublayer with the input linears that will run
   * @param stream calibration tokens in front of it, read
   */
  KeyValueCache centred(Sublayer sublayer, ResidualStream stream, Compute compute) {
    if (scheme.origin() == CacheOrigin.ZERO) {
      return this;
    }
    return CacheCentre.of(sublayer, stream, compute)
        .map(means -> new KeyValueCache(scheme, keys, means))
        .orElse(this);
  }

  /** Turns every head of the queries into the basis of the keys [tokens, heads·headSize]. */
  FloatMatrix turnedQueries(FloatMatrix query) {
    return keys.isIdentity() ? query : like(query, keys.applyToInput(byHead(query)));
  }

  /** Centres the keys [tokens, heads·headSize] and turns every head. */
  FloatMatrix turnedKeys(FloatMatrix key) {
    FloatMatrix less = centre.withoutKey(key);
    return keys.isIdentity() ? less : like(less, keys.applyToWeight(byHead(less)));
  }

  private FloatMatrix byHead(FloatMatrix x) {
    return FloatMatrix.wrap(x.data(), x.data().length / keys.sizeIn(), keys.sizeIn());
  }

  private static FloatMatrix like(FloatMatrix shape, FloatMatrix values) {
    return FloatMatrix.wrap(values.data(), shape.rows(), shape.cols());
  }

  /**
   * All keys as they come out of the cache.
   *
   * @param key [tokens, heads·headSize], in the basis of the cache, read
   * @param lengths of the sequences whose tokens follow each other
   */
  FloatMatrix storedKeys(FloatMatrix key, int[] lengths, Compute compute) {
    return stored(scheme.key(), key, lengths, compute);
  }

  /**
   * All values as they come out of the cache, relative to the centre.
   *
   * @param value [tokens, heads·headSize], relative to the centre, read
   */
  FloatMatrix storedValues(FloatMatrix value, int[] lengths, Compute compute) {
    return stored(scheme.value(), value, lengths, compute);
  }

  private FloatMatrix stored(TensorScheme format, FloatMatrix x, int[] lengths, Compute compute) {
    if (format.isFull()) {
      return x;
    }
    int size = keys.sizeIn();
    int heads = x.cols() / size;
    int[] start = new int[lengths.length];
    for (int s = 1; s < lengths.length; s++) {
      start[s] = start[s - 1] + lengths[s - 1];
    }
    FloatMatrix result = FloatMatrix.zeros(x.rows(), x.cols());
    compute.parallel(
        lengths.length * heads,
        task -> {
          int from = start[task / heads];
          int rows = lengths[task / heads];
          int column = task % heads * size;
          FloatMatrix head = FloatMatrix.zeros(rows, size);
          copy(MatrixView.of(x, from, column, rows, size), MatrixView.of(head));
          copy(
              MatrixView.of(InputRounding.apply(format, head)),
              MatrixView.of(result, from, column, rows, size));
        });
    return result;
  }

  private static void copy(MatrixView from, MatrixView to) {
    for (int r = 0; r < from.rows(); r++) {
      System.arraycopy(
          from.data(),
          from.offset() + r * from.stride(),
          to.data(),
          to.offset() + r * to.stride(),
          from.cols());
    }
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
