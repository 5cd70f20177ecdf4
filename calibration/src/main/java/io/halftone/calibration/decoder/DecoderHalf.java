package io.halftone.calibration.decoder;

import io.halftone.core.model.DecoderConfig;
import io.halftone.core.model.TensorInfo;
import io.halftone.core.model.TransformSite;
import io.halftone.core.model.WeightSource;
import io.halftone.core.tensor.FloatMatrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The shapes of half a block's linears.
 *
 * @param inputs those in front of the last
 * @param output the last
 */
record DecoderHalf(List<TensorInfo> inputs, TensorInfo output) implements WeightSource {
  /** Takes a copy of the list. */
  DecoderHalf {
    inputs = List.copyOf(inputs);
  }

  /** Attention and feed-forward part of a block. */
  static List<DecoderHalf> of(DecoderConfig config, Architecture table, int block) {
    int hidden = config.hiddenSize();
    int inner = config.intermediateSize();
    int queries = config.heads() * config.headSize();
    int keys = config.keyValueHeads() * config.headSize();
    Map<LinearRole, Integer> rows =
        Map.of(
            LinearRole.QUERY,
            queries,
            LinearRole.KEY,
            keys,
            LinearRole.VALUE,
            keys,
            LinearRole.QUERY_KEY_VALUE,
            queries + 2 * keys,
            LinearRole.GATE,
            inner,
            LinearRole.UP,
            inner,
            LinearRole.GATE_UP,
            2 * inner);
    return List.of(
        of(name(table, block), table.attentionInputs(), rows, hidden, LinearRole.OUTPUT, queries),
        of(name(table, block), table.feedForwardInputs(), rows, hidden, LinearRole.DOWN, inner));
  }

  private static Function<LinearRole, String> name(Architecture table, int block) {
    return role -> table.linear(role, block);
  }

  private static DecoderHalf of(
      Function<LinearRole, String> name,
      List<LinearRole> roles,
      Map<LinearRole, Integer> rows,
      int hidden,
      LinearRole last,
      int mixed) {
    List<TensorInfo> inputs = new ArrayList<>();
    for (LinearRole role : roles) {
      inputs.add(new TensorInfo(name.apply(role), rows.get(role), hidden));
    }
    return new DecoderHalf(inputs, new TensorInfo(name.apply(last), hidden, mixed));
  }

  static long size(TensorInfo linear) {
    return (long) linear.rows() * linear.cols();
  }

  /** Channels of the normalised tensor. */
  long hidden() {
    return output.rows();
  }

  /** Channels of the mixed tensor. */
  long mixed() {
    return output.cols();
  }

  Stream<TensorInfo> linears() {
    return Stream.concat(inputs.stream(), Stream.of(output));
  }

  long inputWeights() {
    return inputs.stream().mapToLong(DecoderHalf::size).sum();
  }

  long weights() {
    return inputWeights() + size(output);
  }

  /** The normalised tensor, what the inputs give of it, and the mixed tensor. */
  long activations(long tokens) {
    long channels = hidden() + mixed() + inputs.stream().mapToLong(TensorInfo::rows).sum();
    return Float.BYTES * tokens * channels;
  }

  /**
   * To store a block: packed layers of at most a byte a weight, turned weights to compare with, and
   * one layer decoded twice, with the codes and bytes that were read.
   *
   * @param block weights of both halves
   */
  long storing(long block, boolean transforms) {
    long largest = linears().mapToLong(DecoderHalf::size).max().orElseThrow();
    return (transforms ? 1 + Float.BYTES : 1) * block
        + (2 * Float.BYTES + Short.BYTES + 1) * largest;
  }

  /** The two sites that transforms are fitted to. */
  List<TransformSite> sites() {
    return List.of(
        TransformSite.isolated(
            "normed", output.rows(), inputs.stream().map(TensorInfo::name).toList()),
        TransformSite.isolated("mixed", output.cols(), List.of(output.name())));
  }

  @Override
  public Set<String> names() {
    return linears().map(TensorInfo::name).collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public TensorInfo info(String name) {
    return linears().filter(linear -> linear.name().equals(name)).findFirst().orElseThrow();
  }

  @Override
  public FloatMatrix read(String name, int fromRow, int toRow) {
    throw new UnsupportedOperationException("shapes have no weights");
  }

  @Override
  public float[] bias(String name) {
    throw new UnsupportedOperationException("shapes have no biases");
  }

  @Override
  public void close() {}
}
