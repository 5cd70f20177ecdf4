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
import java.util.Optional;

/**
 * What llama.cpp, build 4916, computes of a GGUF file of architecture {@code llama} on a CPU with
 * AVX2 and FMA, in the order of its sums and with its approximations.
 *
 * <p>Roundings of inputs are decisions: a difference in the last bit of a sum turns one of them now
 * and then, and behind a few blocks as many differ as not. Programs that add in another order, as
 * {@link GgmlEmulation} does, therefore end a distance of the rounding noise apart; this one does
 * not.
 */
public final class ExactEmulation implements Emulation {
  private static final int FEWEST_TOKENS = 2;
  private static final String EMBEDDING = "token_embd.weight";

  private final GgufModel model;
  private final DecoderConfig config;
  private final Compute compute;

  /**
   * Takes a model.
   *
   * @param model closed by whoever opened it
   * @throws IllegalArgumentException if the order of its sums is not known, see {@link #obstacle}
   */
  public ExactEmulation(GgufModel model, Compute compute) {
    this.model = model;
    this.config = model.config();
    this.compute = compute;
    unknown(model)
        .ifPresent(
            obstacle -> {
              throw new IllegalArgumentException(obstacle);
            });
  }

  /**
   * Why the order of llama.cpp's sums is not known for a model on this machine; empty if it is.
   *
   * @param shortest fewest tokens of a sequence
   */
  public static Optional<String> obstacle(GgufModel model, int shortest) {
    String processor = System.getProperty("os.arch");
    if (!processor.equals("amd64") && !processor.equals("x86_64")) {
      return Optional.of("the order of sums is known for processors of x86, this is " + processor);
    }
    if (shortest < FEWEST_TOKENS) {
      return Optional.of(tooFew(shortest));
    }
    return unknown(model);
  }

  private static String tooFew(int tokens) {
    return "the order of sums is known for two tokens and more, there are " + tokens;
  }

  private static Optional<String> unknown(GgufModel model) {
    DecoderConfig config = model.config();
    if (!config.modelType().equals("llama")
        || config.activation() != Activation.SILU
        || !config.attention().equals(DecoderConfig.AttentionLimits.NONE)
        || !(config.rotary().scaling() instanceof RotaryScaling.None)) {
      return Optional.of(
          "the order of sums is known for plain models of architecture llama, this is " + config);
    }
    for (String tensor : model.file().names()) {
      if (tensor.endsWith(".bias")) {
        return Optional.of(
            "the order of sums is known for linears without biases, this model has " + tensor);
      }
      if (model.shape(tensor).size() == 2 && isMultiplied(tensor, config)) {
        Optional<String> obstacle =
            BlockProduct.obstacle(type(model, tensor), Math.toIntExact(model.shape(tensor).get(0)));
        if (obstacle.isPresent()) {
          return obstacle.map(reason -> reason + ": tensor " + tensor);
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isMultiplied(String tensor, DecoderConfig config) {
    return config.tiedHead() || !tensor.equals(EMBEDDING);
  }

  private static BlockType type(GgufModel model, String tensor) {
    return BlockType.ofId(GgmlType.named(model.file().info(tensor).type()).orElseThrow().id());
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException also if there are fewer than two tokens
   */
  @Override
  public FloatMatrix logits(int[] tokens) throws IOException {
    if (tokens.length < FEWEST_TOKENS) {
      throw new IllegalArgumentException(tooFew(tokens.length));
    }
    FloatMatrix x = FloatMatrix.zeros(tokens.length, config.hiddenSize());
    for (int t = 0; t < tokens.length; t++) {
      float[] row = model.floats(EMBEDDING, tokens[t], tokens[t] + 1).data();
      System.arraycopy(row, 0, x.data(), x.offset(t), row.length);
    }
    RotaryAngles angles = RotaryAngles.of(config, tokens.length);
    for (int b = 0; b < config.blocks(); b++) {
      String block = "blk." + b + ".";
      attend(block, x, angles);
      feedForward(block, x);
    }
    FloatMatrix last = norm("output_norm.weight").of(x, compute);
    return product(config.tiedHead() ? EMBEDDING : "output.weight").of(last, compute);
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
    int rows = Math.toIntExact(model.shape(name).get(0));
    int cols = Math.toIntExact(model.shape(name).get(1));
    StoredTensor stored = model.file().read(name, 0, rows);
    byte[] blocks = new byte[stored.data().remaining()];
    stored.data().duplicate().get(blocks);
    return BlockProduct.of(type(model, name), blocks, rows, cols);
  }
}
