package io.halftone.bridges.llamacpp;

import io.halftone.core.kernel.Compute;
import io.halftone.core.model.Activation;
import io.halftone.core.model.DecoderConfig;
import io.halftone.core.model.RotaryScaling;
import io.halftone.core.model.StoredTensor;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.gguf.GgmlType;
import io.halftone.io.gguf.block.BlockProduct;
import io.halftone.io.gguf.block.BlockType;
import io.halftone.io.gguf.model.GgufModel;
import java.io.IOException;

/**
 * What llama.cpp, build 4916, computes of a GGUF file of architecture {@code llama} on a CPU with
 * AVX2 and FMA, in the order of its sums and with its approximations.
 *
 * <p>Roundings of inputs are decisions: a difference in the last bit of a sum turns one of them now
 * and then, and behind a few blocks as many differ as not. Programs that add in another order, as
 * {@link GgmlEmulation} does, therefore end a distance of the rounding noise apart; this one does
 * not.
 */
public final class ExactEmulation {
  private final GgufModel model;
  private final DecoderConfig config;
  private final Compute compute;

  /**
   * Takes a model.
   *
   * @param model closed by whoever opened it
   * @throws IllegalArgumentException if it is not of architecture llama, has biases, scales its
   *     angles or caps its logits
   */
  public ExactEmulation(GgufModel model, Compute compute) {
    this.model = model;
    this.config = model.config();
    this.compute = compute;
    if (!config.modelType().equals("llama")
        || config.activation() != Activation.SILU
        || !config.attention().equals(DecoderConfig.AttentionLimits.NONE)
        || !(config.rotary().scaling() instanceof RotaryScaling.None)) {
      throw new IllegalArgumentException(
          "the order of sums is known for plain models of architecture llama, this is " + config);
    }
    for (String tensor : model.file().names()) {
      if (tensor.endsWith(".bias")) {
        throw new IllegalArgumentException(
            "the order of sums is known for linears without biases, this model has " + tensor);
      }
    }
  }

  /**
   * Logits behind every token.
   *
   * @param tokens one sequence from position 0, at least two tokens
   * @return [tokens, vocabulary]
   * @throws IllegalArgumentException if there are fewer, or the order of sums of a tensor's type is
   *     not known
   * @throws IOException if the model cannot be read
   */
  public FloatMatrix logits(int[] tokens) throws IOException {
    if (tokens.length < 2) {
      throw new IllegalArgumentException(
          tokens.length + " tokens, the order of sums is known for two and more");
    }
    FloatMatrix x = FloatMatrix.zeros(tokens.length, config.hiddenSize());
    for (int t = 0; t < tokens.length; t++) {
      float[] row = model.floats("token_embd.weight", tokens[t], tokens[t] + 1).data();
      System.arraycopy(row, 0, x.data(), x.offset(t), row.length);
    }
    RotaryAngles angles = RotaryAngles.of(config, tokens.length);
    for (int b = 0; b < config.blocks(); b++) {
      String block = "blk." + b + ".";
      attend(block, x, angles);
      feedForward(block, x);
    }
    FloatMatrix last = norm("output_norm.weight").of(x, compute);
    return product(config.tiedHead() ? "token_embd.weight" : "output.weight").of(last, compute);
  }

  private void attend(String block, FloatMatrix x, RotaryAngles angles) throws IOException {
    FloatMatrix normed = norm(block + "attn_norm.weight").of(x, compute);
    FloatMatrix query = product(block + "attn_q.weight").of(normed, compute);
    FloatMatrix key = product(block + "attn_k.weight").of(normed, compute);
    FloatMatrix value = product(block + "attn_v.weight").of(normed, compute);
    angles.turn(query, compute);
    angles.turn(key, compute);
    FloatMatrix mixed = new CausalAttention(config, query, key, value).mix(compute);
    add(x, product(block + "attn_output.weight").of(mixed, compute));
  }

  private void feedForward(String block, FloatMatrix x) throws IOException {
    FloatMatrix normed = norm(block + "ffn_norm.weight").of(x, compute);
    float[] gate = product(block + "ffn_gate.weight").of(normed, compute).data();
    FloatMatrix inner = product(block + "ffn_up.weight").of(normed, compute);
    for (int i = 0; i < gate.length; i++) {
      inner.data()[i] *= gate[i] / (1 + VectorExponential.of(-gate[i]));
    }
    add(x, product(block + "ffn_down.weight").of(inner, compute));
  }

  private static void add(FloatMatrix x, FloatMatrix added) {
    for (int i = 0; i < x.data().length; i++) {
      x.data()[i] += added.data()[i];
    }
  }

  private RootMeanSquare norm(String name) throws IOException {
    return new RootMeanSquare(model.floats(name).data(), config.normEpsilon());
  }

  private BlockProduct product(String name) throws IOException {
    GgmlType type = GgmlType.named(model.file().info(name).type()).orElseThrow();
    int rows = Math.toIntExact(model.shape(name).get(0));
    int cols = Math.toIntExact(model.shape(name).get(1));
    StoredTensor stored = model.file().read(name, 0, rows);
    byte[] blocks = new byte[stored.data().remaining()];
    stored.data().duplicate().get(blocks);
    return BlockProduct.of(BlockType.ofId(type.id()), blocks, rows, cols);
  }
}
