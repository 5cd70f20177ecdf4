package io.halftone.calibration.decoder;

import io.halftone.core.model.DecoderConfig;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.tensor.FloatMatrix;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A decoder whose quantized layers are read, one block at a time, from where they are stored.
 *
 * @param floats norms, embedding, head and the layers that are not quantized
 * @param layers the others
 */
public record StoredDecoder(FloatDecoder floats, Layers layers) implements CausalModel {

  /** Where quantized layers are stored. */
  @FunctionalInterface
  public interface Layers {
    /**
     * Reads a layer.
     *
     * @return empty if the layer is not quantized
     * @throws IOException if it cannot be read
     */
    Optional<QuantizedLinear> layer(String name) throws IOException;
  }

  @Override
  public DecoderConfig config() {
    return floats.config();
  }

  @Override
  public FloatMatrix embed(TokenSequences sequences) throws IOException {
    return floats.embed(sequences);
  }

  @Override
  public DecoderBlock block(int index) throws IOException {
    DecoderBlock block = floats.block(index);
    return new DecoderBlock(
        block.name(), emulated(block.attention()), emulated(block.feedForward()));
  }

  private Sublayer emulated(Sublayer half) throws IOException {
    List<EmulatedLinear> quantized = new ArrayList<>();
    for (LinearLayer linear : half.linears()) {
      layers.layer(linear.name()).map(EmulatedLinear::of).ifPresent(quantized::add);
    }
    return half.with(quantized);
  }

  @Override
  public Head head() throws IOException {
    return floats.head();
  }
}
