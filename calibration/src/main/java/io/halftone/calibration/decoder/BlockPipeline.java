package io.halftone.calibration.decoder;

import io.halftone.calibration.LayerResult;
import io.halftone.calibration.Pipeline;
import io.halftone.core.scheme.CacheScheme;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Runs a recipe over a decoder, half a block at a time.
 *
 * <p>Memory: one block's weights, the states of the calibration tokens (one copy, two with {@link
 * Propagation#FLOAT_TARGETS}) and the codes.
 *
 * <p>Differs: a transform that a method fits to all sites of a model at once is fitted to the two
 * sites of half a block, since the later ones depend on how these are quantized.
 *
 * @param pipeline the recipe and how it is run
 * @param propagation what the layers are calibrated on
 * @param cache what keys and values go through, also while the layers behind them are calibrated
 */
public record BlockPipeline(Pipeline pipeline, Propagation propagation, CacheScheme cache) {
  /** With a float cache. */
  public BlockPipeline(Pipeline pipeline, Propagation propagation) {
    this(pipeline, propagation, CacheScheme.FULL);
  }

  /**
   * Quantizes a decoder.
   *
   * @param model float; its blocks are read once, and again by the result
   * @param calibration tokens
   * @param finished takes every layer when it is done, in the order they run
   * @throws io.halftone.core.spi.QuantizationException if a layer fails and no fallback is allowed,
   *     or an activation is not finite
   * @throws IllegalArgumentException if no layer is chosen
   * @throws IOException if the model cannot be read
   */
  public QuantizedDecoder run(
      FloatDecoder model, TokenSequences calibration, Consumer<LayerResult> finished)
      throws IOException {
    pipeline.requireChosen(model.linears());
    int total = model.linears().size();
    int done = 0;
    FloatDecoder exact = model.turned(pipeline.fitUnseen(StreamBasis.site(model)));
    KeyValueCache keyValues =
        new KeyValueCache(cache, pipeline.fitUnseen(KeyValueCache.site(model)));
    PrefixStreams streams = PrefixStreams.of(ResidualStream.of(exact, calibration), propagation);
    List<List<QuantizedSublayer>> blocks = new ArrayList<>();
    List<KeyValueCache> caches = new ArrayList<>();
    for (int b = 0; b < model.config().blocks(); b++) {
      List<QuantizedSublayer> halves = new ArrayList<>();
      KeyValueCache own = keyValues;
      for (Sublayer sublayer : exact.block(b).sublayers()) {
        QuantizedSublayer half =
            new SublayerRun(pipeline, streams, own, sublayer, SiteObserver.NONE).run();
        for (LayerResult result : half.layers()) {
          finished.accept(result);
          pipeline.progress().advanced(++done, total, result.name());
        }
        Sublayer emulated = half.emulated(sublayer);
        Sublayer floatOutput = emulated.with(List.of(half.folded(sublayer).output()));
        own = own.fitted(floatOutput, streams.stream(), pipeline.compute());
        streams.advance(half.folded(sublayer), emulated.with(own), pipeline.compute());
        halves.add(half);
      }
      blocks.add(halves);
      caches.add(own);
    }
    return new QuantizedDecoder(exact, pipeline.recipe(), caches, blocks);
  }
}
