package io.halftone.calibration.decoder;

import io.halftone.calibration.FittedSite;
import io.halftone.calibration.LayerResult;
import io.halftone.calibration.QuantizedModel;
import io.halftone.core.model.DecoderConfig;
import io.halftone.core.recipe.Recipe;
import io.halftone.core.tensor.FloatMatrix;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A decoder with quantized linears and cache, emulated exactly.
 *
 * <p>Holds codes and transforms; float weights (embedding, norms, head, layers that were left out)
 * are read of the float model when asked for, one block at a time.
 */
public final class QuantizedDecoder implements CausalModel {
  private final FloatDecoder exact;
  private final Recipe recipe;
  private final List<KeyValueCache> caches;
  private final List<List<QuantizedSublayer>> blocks;

  QuantizedDecoder(
      FloatDecoder exact,
      Recipe recipe,
      List<KeyValueCache> caches,
      List<List<QuantizedSublayer>> blocks) {
    this.exact = exact;
    this.caches = List.copyOf(caches);
    this.recipe = recipe;
    this.blocks = blocks.stream().map(List::copyOf).toList();
  }

  /** All layers and sites in the order they run. */
  public QuantizedModel quantized() {
    List<LayerResult> layers = new ArrayList<>();
    List<FittedSite> sites = new ArrayList<>();
    for (List<QuantizedSublayer> block : blocks) {
      for (QuantizedSublayer half : block) {
        layers.addAll(half.layers());
        sites.add(half.input());
        sites.add(half.output());
      }
    }
    return new QuantizedModel(recipe, layers, sites);
  }

  @Override
  public DecoderConfig config() {
    return exact.config();
  }

  @Override
  public FloatMatrix embed(TokenSequences sequences) throws IOException {
    return exact.embed(sequences);
  }

  @Override
  public DecoderBlock block(int index) throws IOException {
    DecoderBlock block = exact.block(index);
    return new DecoderBlock(
        block.name(),
        blocks.get(index).get(0).emulated(block.attention()).with(caches.get(index)),
        blocks.get(index).get(1).emulated(block.feedForward()));
  }

  @Override
  public Head head() throws IOException {
    return exact.head();
  }

  /** How a block keeps keys and values. */
  public KeyValueCache cache(int block) {
    return caches.get(block);
  }

  /** The float model, in the basis of the residual stream that was quantized. */
  FloatDecoder exact() {
    return exact;
  }

  /** The same with other layers. */
  QuantizedDecoder with(List<List<QuantizedSublayer>> others) {
    return new QuantizedDecoder(exact, recipe, caches, others);
  }

  /** What became of a block's halves, in the order they run. */
  List<QuantizedSublayer> halves(int block) {
    return blocks.get(block);
  }
}
