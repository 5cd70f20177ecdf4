package io.halftone.bridges.llamacpp;

import io.halftone.calibration.decoder.DecoderBlock;
import io.halftone.calibration.decoder.FloatDecoder;
import io.halftone.calibration.decoder.Head;
import io.halftone.calibration.decoder.LinearLayer;
import io.halftone.calibration.decoder.Sublayer;
import io.halftone.calibration.decoder.TokenSequences;
import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.gguf.GgmlType;
import io.halftone.io.gguf.block.BlockType;
import io.halftone.io.gguf.block.InputRounding;
import io.halftone.io.gguf.model.GgufModel;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;

/**
 * What llama.cpp computes of a GGUF file on the CPU, by Halftone's own decoder: weights as the
 * file's blocks decode, inputs of linears rounded as {@link InputRounding} says, all else float32.
 *
 * <p>Sums run in another order than llama.cpp's, so logits differ by their rounding.
 */
public final class GgmlEmulation implements Emulation {
  private final GgufModel model;
  private final FloatDecoder decoder;
  private final Compute compute;

  /**
   * Reads a model.
   *
   * @param model closed by whoever opened it
   * @throws IllegalArgumentException if Halftone does not run its architecture, or its tensors are
   *     not those of its metadata
   * @throws IOException if it cannot be read
   */
  public GgmlEmulation(GgufModel model, Compute compute) throws IOException {
    this.model = model;
    this.decoder = FloatDecoder.of(model.config(), model);
    this.compute = compute;
  }

  @Override
  public FloatMatrix logits(int[] tokens) throws IOException {
    return logits(tokens, this::inputs);
  }

  /**
   * The same with inputs as they are. How far it is from {@link #logits} is the noise of rounding:
   * programs that round alike but add in another order end about as far apart, because a rounding
   * turns on the last bit of a sum.
   *
   * @throws IllegalArgumentException as {@link #logits}
   * @throws IOException if the model cannot be read
   */
  public FloatMatrix unroundedLogits(int[] tokens) throws IOException {
    return logits(tokens, weight -> InputRounding.NONE);
  }

  private FloatMatrix logits(int[] tokens, Function<String, InputRounding> roundings)
      throws IOException {
    int[] lengths = {tokens.length};
    FloatMatrix x = decoder.embed(new TokenSequences(List.of(tokens)));
    for (int b = 0; b < decoder.config().blocks(); b++) {
      DecoderBlock block = decoder.block(b);
      for (Sublayer half : block.sublayers()) {
        half.with(half.linears().stream().map(linear -> rounding(linear, roundings)).toList())
            .advance(x, lengths, compute);
      }
    }
    Head head = decoder.head();
    String matrix =
        decoder.config().tiedHead()
            ? decoder.architecture().embedding()
            : decoder.architecture().head();
    FloatMatrix normed = roundings.apply(matrix).apply(head.norm().apply(x, compute));
    return compute.algebra().multiplyTransposed(normed, head.weight());
  }

  private static LinearLayer rounding(
      LinearLayer linear, Function<String, InputRounding> roundings) {
    return new Rounding(linear, roundings.apply(linear.name() + ".weight"));
  }

  private InputRounding inputs(String weight) {
    GgmlType type = GgmlType.named(model.file().info(weight).type()).orElseThrow();
    return InputRounding.of(BlockType.ofId(type.id()));
  }

  private record Rounding(LinearLayer exact, InputRounding inputs) implements LinearLayer {
    @Override
    public String name() {
      return exact.name();
    }

    @Override
    public int out() {
      return exact.out();
    }

    @Override
    public int in() {
      return exact.in();
    }

    @Override
    public FloatMatrix apply(FloatMatrix x, Compute compute) {
      return exact.apply(inputs.apply(x), compute);
    }
  }
}
