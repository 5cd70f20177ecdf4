package io.halftone.calibration.decoder;

import io.halftone.calibration.Pipeline;
import io.halftone.core.kernel.Compute;
import io.halftone.core.model.DecoderConfig;
import io.halftone.core.scheme.CacheScheme;
import io.halftone.core.tensor.FloatMatrix;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A decoder whose keys and values go through a cache.
 *
 * @param model everything else
 * @param caches one per block
 */
public record CachedDecoder(CausalModel model, List<KeyValueCache> caches) implements CausalModel {
  /** Takes a copy of the list. */
  public CachedDecoder {
    caches = List.copyOf(caches);
  }

  /** A model whose blocks have the same cache. */
  public CachedDecoder(CausalModel model, KeyValueCache cache) {
    this(model, Collections.nCopies(model.config().blocks(), cache));
  }

  /**
   * A float model with a cache, residual stream and keys in the bases that a recipe gives them
   * without reading anything.
   *
   * @param calibration tokens, read where the cache is fitted
   * @throws IOException if the model cannot be read
   */
  static CachedDecoder of(
      FloatDecoder exact, CacheScheme scheme, Pipeline pipeline, TokenSequences calibration)
      throws IOException {
    FloatDecoder turned = exact.turned(pipeline.fitUnseen(StreamBasis.site(exact)));
    KeyValueCache cache = new KeyValueCache(scheme, pipeline.fitUnseen(KeyValueCache.site(exact)));
    return scheme.isFitted()
        ? new CachedDecoder(turned, fitted(turned, cache, calibration, pipeline.compute()))
        : new CachedDecoder(turned, cache);
  }

  /** The cache fitted to each block behind those that are quantized already. */
  private static List<KeyValueCache> fitted(
      FloatDecoder model, KeyValueCache cache, TokenSequences calibration, Compute compute)
      throws IOException {
    ResidualStream stream = ResidualStream.of(model, calibration);
    List<KeyValueCache> caches = new ArrayList<>();
    for (int b = 0; b < model.config().blocks(); b++) {
      DecoderBlock block = model.block(b);
      KeyValueCache own = cache.fitted(block.attention(), stream, compute);
      stream.advance(block.attention().with(own), compute);
      stream.advance(block.feedForward(), compute);
      caches.add(own);
    }
    return caches;
  }

  @Override
  public DecoderConfig config() {
    return model.config();
  }

  @Override
  public FloatMatrix embed(TokenSequences sequences) throws IOException {
    return model.embed(sequences);
  }

  @Override
  public DecoderBlock block(int index) throws IOException {
    DecoderBlock block = model.block(index);
    return new DecoderBlock(
        block.name(), block.attention().with(caches.get(index)), block.feedForward());
  }

  @Override
  public Head head() throws IOException {
    return model.head();
  }
}
