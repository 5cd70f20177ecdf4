package io.halftone.calibration.decoder;

import io.halftone.core.model.DecoderConfig;
import io.halftone.core.model.TensorSource;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Identity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The float model of a file: reads one block at a time.
 *
 * <p>Safe for use by several threads if its source is.
 */
public final class FloatDecoder implements CausalModel {
  private final DecoderConfig config;
  private final Architecture architecture;
  private final TensorSource tensors;
  private final Rotation rotation;
  private final StreamBasis basis;

  private FloatDecoder(
      DecoderConfig config,
      Architecture architecture,
      TensorSource tensors,
      Rotation rotation,
      StreamBasis basis) {
    this.config = config;
    this.architecture = architecture;
    this.tensors = tensors;
    this.rotation = rotation;
    this.basis = basis;
  }

  /**
   * Opens a model.
   *
   * @param config of the model
   * @param tensors read when asked for; closed by whoever opened them
   * @throws IllegalArgumentException if the model type is not known, or tensors are missing,
   *     unknown or of another shape than the configuration says; names them
   * @throws IOException if the tensors cannot be read
   */
  public static FloatDecoder of(DecoderConfig config, TensorSource tensors) throws IOException {
    Architecture architecture = Architectures.matching(config, tensors.names());
    float[] divisors = new float[0];
    Optional<String> divisorTensor =
        architecture.ropeDivisors().filter(name -> tensors.names().contains(name));
    if (divisorTensor.isPresent()) {
      divisors = vector(tensors, divisorTensor.get(), config.rotary().channels() / 2);
    }
    Rotation rotation = Rotation.of(config, architecture.pairing(), divisors);
    StreamBasis basis = new StreamBasis(new Identity(config.hiddenSize()));
    return new FloatDecoder(config, architecture, tensors, rotation, basis);
  }

  /**
   * The same function in another basis of the residual stream; weights are turned as they are read.
   *
   * @param stream T of the stream as the file has it, orthogonal
   */
  public FloatDecoder turned(EquivalentTransform stream) {
    return new FloatDecoder(config, architecture, tensors, rotation, new StreamBasis(stream));
  }

  @Override
  public DecoderConfig config() {
    return config;
  }

  /** The table the model was opened with. */
  public Architecture architecture() {
    return architecture;
  }

  /** Names of the linears of all blocks, in the order they run. */
  public List<String> linears() {
    List<String> names = new ArrayList<>();
    for (int b = 0; b < config.blocks(); b++) {
      for (LinearRole role : architecture.running()) {
        names.add(architecture.linear(role, b));
      }
    }
    return names;
  }

  @Override
  public FloatMatrix embed(TokenSequences sequences) throws IOException {
    int hidden = config.hiddenSize();
    FloatMatrix x = FloatMatrix.zeros(Math.toIntExact(sequences.tokens()), hidden);
    float scale = architecture.scaledEmbedding() ? (float) Math.sqrt(hidden) : 1;
    int row = 0;
    for (int[] sequence : sequences.sequences()) {
      requireFits(sequence);
      for (int token : sequence) {
        float[] values = tensors.floats(architecture.embedding(), token, token + 1).data();
        for (int c = 0; c < hidden; c++) {
          x.data()[x.offset(row) + c] = scale * values[c];
        }
        row++;
      }
    }
    return basis.embedded(x);
  }

  private void requireFits(int[] sequence) {
    if (sequence.length > config.contextLength()) {
      throw new IllegalArgumentException(
          "a sequence of "
              + sequence.length
              + " tokens, the model's context has "
              + config.contextLength());
    }
    for (int t = 0; t < sequence.length; t++) {
      if (sequence[t] < 0 || sequence[t] >= config.vocabulary()) {
        throw new IllegalArgumentException(
            "token "
                + sequence[t]
                + " at position "
                + t
                + " is not in the vocabulary of "
                + config.vocabulary());
      }
    }
  }

  @Override
  public DecoderBlock block(int index) throws IOException {
    String name = Architecture.indexed(architecture.block(), index);
    return basis.of(new DecoderBlock(name, attention(index), feedForward(index)));
  }

  private Sublayer attention(int block) throws IOException {
    int queries = config.heads() * config.headSize();
    int keys = config.keyValueHeads() * config.headSize();
    List<LinearRole> roles = architecture.attentionInputs();
    boolean fused = roles.size() == 1;
    Attention mixer =
        new Attention(
            config,
            block,
            rotation,
            norm(NormRole.QUERY, block, config.headSize()),
            norm(NormRole.KEY, block, config.headSize()));
    Sublayer.Producer values =
        new Sublayer.Producer(
            roles.size() - 1,
            fused ? queries + keys : 0,
            config.keyValueHeads(),
            config.headSize(),
            config.repeats());
    List<LinearLayer> inputs =
        fused
            ? List.of(linear(LinearRole.QUERY_KEY_VALUE, block, queries + 2 * keys, hidden()))
            : List.of(
                linear(LinearRole.QUERY, block, queries, hidden()),
                linear(LinearRole.KEY, block, keys, hidden()),
                linear(LinearRole.VALUE, block, keys, hidden()));
    return new Sublayer(
        Architecture.indexed(architecture.block(), block) + ".attention",
        norm(NormRole.ATTENTION_INPUT, block, hidden()).orElseThrow(),
        inputs,
        mixer,
        linear(LinearRole.OUTPUT, block, hidden(), queries),
        norm(NormRole.ATTENTION_OUTPUT, block, hidden()),
        Optional.of(values));
  }

  private Sublayer feedForward(int block) throws IOException {
    int inner = config.intermediateSize();
    List<LinearRole> roles = architecture.feedForwardInputs();
    List<LinearLayer> inputs =
        architecture.gated() && roles.size() == 1
            ? List.of(linear(LinearRole.GATE_UP, block, 2 * inner, hidden()))
            : architecture.gated()
                ? List.of(
                    linear(LinearRole.GATE, block, inner, hidden()),
                    linear(LinearRole.UP, block, inner, hidden()))
                : List.of(linear(LinearRole.UP, block, inner, hidden()));
    Optional<Sublayer.Producer> up =
        architecture.gated()
            ? Optional.of(
                new Sublayer.Producer(roles.size() - 1, roles.size() == 1 ? inner : 0, inner, 1, 1))
            : Optional.empty();
    return new Sublayer(
        Architecture.indexed(architecture.block(), block) + ".feed-forward",
        norm(NormRole.FEED_FORWARD_INPUT, block, hidden()).orElseThrow(),
        inputs,
        new FeedForward(config.activation(), architecture.gated()),
        linear(LinearRole.DOWN, block, hidden(), inner),
        norm(NormRole.FEED_FORWARD_OUTPUT, block, hidden()),
        up);
  }

  @Override
  public Head head() throws IOException {
    String name = config.tiedHead() ? architecture.embedding() : architecture.head();
    return basis.of(
        new Head(
            norm(NormRole.FINAL, 0, hidden()).orElseThrow(),
            matrix(name, config.vocabulary(), hidden()),
            config.attention().logitCap()));
  }

  private int hidden() {
    return config.hiddenSize();
  }

  private LinearLayer linear(LinearRole role, int block, int out, int in) throws IOException {
    String name = architecture.linear(role, block);
    String bias = Architecture.bias(name);
    return new FloatLinear(
        name,
        matrix(Architecture.weight(name), out, in),
        tensors.names().contains(bias) ? vector(tensors, bias, out) : new float[0]);
  }

  private Optional<Norm> norm(NormRole role, int block, int size) throws IOException {
    if (!architecture.norms().containsKey(role)) {
      return Optional.empty();
    }
    String name = architecture.norm(role, block);
    float[] bias =
        architecture.norm() == NormKind.LAYER
            ? vector(tensors, Architecture.bias(name), size)
            : new float[0];
    return Optional.of(
        Norm.of(
            name,
            architecture.norm(),
            vector(tensors, Architecture.weight(name), size),
            bias,
            config.normEpsilon()));
  }

  private FloatMatrix matrix(String name, int rows, int cols) throws IOException {
    requireShape(tensors, name, List.of((long) rows, (long) cols));
    return tensors.floats(name);
  }

  private static float[] vector(TensorSource tensors, String name, int size) throws IOException {
    requireShape(tensors, name, List.of((long) size));
    return tensors.floats(name).data();
  }

  private static void requireShape(TensorSource tensors, String name, List<Long> shape) {
    if (!tensors.shape(name).equals(shape)) {
      throw new IllegalArgumentException(
          "tensor "
              + name
              + " has shape "
              + Arrays.toString(tensors.shape(name).toArray())
              + ", the configuration says "
              + shape);
    }
  }
}
