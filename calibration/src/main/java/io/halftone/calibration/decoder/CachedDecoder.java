package io.halftone.calibration.decoder;

import io.halftone.calibration.Pipeline;
import io.halftone.core.model.DecoderConfig;
import io.halftone.core.scheme.CacheScheme;
import io.halftone.core.tensor.FloatMatrix;
import java.io.IOException;

/**
 * A decoder whose keys and values go through a cache.
 *
 * @param model everything else
 * @param cache of every block
 */
public record CachedDecoder(CausalModel model, KeyValueCache cache) implements CausalModel {
  /**
   * A float model with a cache, residual stream and keys in the bases that a recipe gives them
   * without reading anything.
   */
  static CachedDecoder of(FloatDecoder exact, CacheScheme scheme, Pipeline pipeline) {
    return new CachedDecoder(
        exact.turned(pipeline.fitUnseen(StreamBasis.site(exact))),
        new KeyValueCache(scheme, pipeline.fitUnseen(KeyValueCache.site(exact))));
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
    return new DecoderBlock(block.name(), block.attention().with(cache), block.feedForward());
  }

  @Override
  public Head head() throws IOException {
    return model.head();
  }
}
