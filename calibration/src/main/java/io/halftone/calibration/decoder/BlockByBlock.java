package io.halftone.calibration.decoder;

import io.halftone.calibration.Pipeline;
import io.halftone.core.model.TransformSite;
import io.halftone.core.scheme.CacheScheme;
import io.halftone.core.transform.Identity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Quantizes a decoder one block at a time and keeps nothing of a finished block but the states
 * behind it, so that a model may be larger than the memory and a run may go on where another ended.
 *
 * <p>A block taken from elsewhere by {@link #pass} leaves the same bits behind as one that was
 * quantized here, if its norms and layers are those that were written.
 *
 * <p>Differs from {@link BlockPipeline}: the float prefix runs in the model's own basis, not in the
 * folded one, which is the same but for rounding.
 */
public final class BlockByBlock {
  private final FloatDecoder model;
  private final Pipeline pipeline;
  private final PrefixStreams streams;
  private final KeyValueCache floatCache;
  private int next;

  private BlockByBlock(FloatDecoder model, Pipeline pipeline, PrefixStreams streams) {
    this.model = model;
    this.pipeline = pipeline;
    this.streams = streams;
    this.floatCache =
        new KeyValueCache(CacheScheme.FULL, new Identity(KeyValueCache.site(model).size()));
  }

  /**
   * Stands in front of the first block.
   *
   * @param pipeline the recipe and how it is run; hears of every finished layer of a block
   * @param calibration tokens
   * @param propagation what the layers are calibrated on
   * @throws IllegalArgumentException if no layer is chosen, or the recipe turns the residual stream
   *     or the cached keys, which blocks written one by one cannot say
   * @throws IOException if the embedding cannot be read
   */
  public static BlockByBlock of(
      FloatDecoder model, Pipeline pipeline, TokenSequences calibration, Propagation propagation)
      throws IOException {
    pipeline.requireChosen(model.linears());
    requireUnturned(pipeline, StreamBasis.site(model));
    requireUnturned(pipeline, KeyValueCache.site(model));
    return new BlockByBlock(
        model, pipeline, PrefixStreams.of(ResidualStream.of(model, calibration), propagation));
  }

  private static void requireUnturned(Pipeline pipeline, TransformSite site) {
    if (!pipeline.fitUnseen(site).isIdentity()) {
      throw new IllegalArgumentException(
          "recipe "
              + pipeline.recipe().name()
              + " turns '"
              + site.id()
              + "', which a checkpoint written block by block cannot hold; bench-recipes measures it");
    }
  }

  /** Index of the block this stands in front of; their number when all are done. */
  public int next() {
    return next;
  }

  /**
   * Quantizes the next block and goes behind it.
   *
   * @throws io.halftone.core.spi.QuantizationException if a layer fails and no fallback is allowed,
   *     or an activation is not finite
   * @throws IllegalArgumentException if the recipe shifts the output of a norm that has no bias
   * @throws IOException if the model cannot be read
   */
  public QuantizedBlock quantize() throws IOException {
    DecoderBlock exact = model.block(next);
    List<QuantizedSublayer> halves = new ArrayList<>();
    CalibrationErrors errors = new CalibrationErrors(pipeline.recipe().scheme());
    int total = exact.attention().linears().size() + exact.feedForward().linears().size();
    int done = 0;
    for (Sublayer half : exact.sublayers()) {
      QuantizedSublayer quantized =
          new SublayerRun(pipeline, streams, floatCache, half, errors).run();
      done += quantized.layers().size();
      pipeline.progress().advanced(done, total, half.name());
      Sublayer emulated = quantized.emulated(half);
      requireStorable(half.norm(), emulated.norm());
      streams.advance(half, emulated.with(asStored(emulated.norm())), pipeline.compute());
      halves.add(quantized);
    }
    next++;
    return new QuantizedBlock(exact, halves, errors.reports());
  }

  /**
   * Goes behind the next block with what an earlier run made of it.
   *
   * @param finished the block with its quantized layers
   * @throws IOException if the model cannot be read
   */
  public void pass(DecoderBlock finished) throws IOException {
    List<Sublayer> exact = model.block(next).sublayers();
    for (int h = 0; h < exact.size(); h++) {
      streams.advance(exact.get(h), finished.sublayers().get(h), pipeline.compute());
    }
    next++;
  }

  private void requireStorable(Norm exact, Norm folded) {
    if (exact.bias().length == 0 && folded.bias().length > 0) {
      throw new IllegalArgumentException(
          "recipe "
              + pipeline.recipe().name()
              + " gives a bias to "
              + folded.name()
              + ", which a checkpoint of this architecture cannot hold; bench-recipes measures it");
    }
  }

  /** The norm that a file gives back, where adding 1 may round. */
  private static Norm asStored(Norm norm) {
    return Norm.of(norm.name(), norm.kind(), norm.storedWeight(), norm.bias(), norm.epsilon());
  }
}
