package io.halftone.calibration.decoder;

import io.halftone.calibration.MemoryEstimate;
import io.halftone.calibration.Pipeline;
import io.halftone.core.model.Block;
import io.halftone.core.model.DecoderConfig;
import io.halftone.core.model.ModelGraph;
import io.halftone.core.model.TensorInfo;
import io.halftone.core.model.TransformSite;
import io.halftone.core.model.WeightSource;
import io.halftone.core.tensor.FloatMatrix;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The heap that {@link BlockByBlock} and measuring its result take, in bytes; it does not grow with
 * the number of blocks.
 *
 * <p>With w weights in a block, of which h in the larger half:
 *
 * <ul>
 *   <li>weights: 4·w, 4·h for each copy that transforms or float targets make, 4 for every weight
 *       in front of the half's last layer, decoded;
 *   <li>layer: statistics and working memory of half a block, see {@link MemoryEstimate}, or the
 *       activations of one batch of tokens, of which no layer is quantized meanwhile;
 *   <li>codes: 2·w;
 *   <li>states: 4·tokens·hidden, twice with {@link Propagation#FLOAT_TARGETS};
 *   <li>measuring: two output matrices, two streams of states, a block with its codes, and the
 *       activations of a batch; nothing of the former is left by then.
 * </ul>
 *
 * @param weights of one block and their copies
 * @param layer statistics and working memory
 * @param codes of one block
 * @param states of the calibration tokens
 * @param measuring all that measuring takes
 */
public record DecoderMemory(long weights, long layer, long codes, long states, long measuring) {
  private static final long CODE = Short.BYTES;

  /**
   * Estimates a run.
   *
   * @param model of which nothing but its configuration is asked
   * @param pipeline that quantizes it
   * @param propagation what layers are calibrated on
   * @param calibration tokens to calibrate on
   * @param heldOut tokens to measure on
   */
  public static DecoderMemory of(
      FloatDecoder model,
      Pipeline pipeline,
      Propagation propagation,
      TokenSequences calibration,
      TokenSequences heldOut) {
    DecoderConfig config = model.config();
    List<Half> halves = Half.of(config, model.architecture());
    boolean targets = propagation == Propagation.FLOAT_TARGETS;
    int copies = (pipeline.transforms() ? 1 : 0) + (targets ? 1 : 0);
    long all = halves.stream().mapToLong(Half::weights).sum();
    Half largest = halves.stream().max(Comparator.comparingLong(Half::weights)).orElseThrow();
    long layer =
        halves.stream()
            .mapToLong(
                half ->
                    Math.max(half.working(pipeline), half.activations(batchTokens(calibration))))
            .max()
            .orElseThrow();
    long activations =
        halves.stream()
            .mapToLong(half -> half.activations(batchTokens(heldOut)))
            .max()
            .orElseThrow();
    long head = (long) Float.BYTES * config.vocabulary() * config.hiddenSize();
    long measured = Math.min(heldOut.tokens(), LanguageEvaluation.GROUP_TOKENS);
    return new DecoderMemory(
        Float.BYTES * (all + copies * largest.weights() + largest.inputWeights()),
        layer,
        CODE * all,
        state(config, calibration.tokens()) * (targets ? 2 : 1),
        2 * head + 2 * state(config, measured) + (Float.BYTES + CODE) * all + activations);
  }

  private static long state(DecoderConfig config, long tokens) {
    return Float.BYTES * tokens * config.hiddenSize();
  }

  private static long batchTokens(TokenSequences tokens) {
    return Math.min(tokens.tokens(), ResidualStream.BATCH_TOKENS);
  }

  /** Bytes in all; quantizing and measuring do not overlap. */
  public long total() {
    return Math.max(weights + layer + codes + states, measuring);
  }

  /**
   * Half a block: its linears by name.
   *
   * @param inputs in front of the last
   * @param output the last
   */
  private record Half(Map<String, TensorInfo> inputs, TensorInfo output) implements WeightSource {
    static List<Half> of(DecoderConfig config, Architecture table) {
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
          of(table.attentionInputs(), rows, hidden, new TensorInfo("output", hidden, queries)),
          of(table.feedForwardInputs(), rows, hidden, new TensorInfo("down", hidden, inner)));
    }

    private static Half of(
        List<LinearRole> roles, Map<LinearRole, Integer> rows, int hidden, TensorInfo output) {
      Map<String, TensorInfo> inputs = new TreeMap<>();
      for (LinearRole role : roles) {
        inputs.put(role.name(), new TensorInfo(role.name(), rows.get(role), hidden));
      }
      return new Half(inputs, output);
    }

    private static long size(TensorInfo linear) {
      return (long) linear.rows() * linear.cols();
    }

    long inputWeights() {
      return inputs.values().stream().mapToLong(Half::size).sum();
    }

    long weights() {
      return inputWeights() + size(output);
    }

    /** The normalised tensor, what the inputs give of it, and the mixed tensor. */
    long activations(long tokens) {
      long channels = (long) output.rows() + output.cols();
      channels += inputs.values().stream().mapToLong(TensorInfo::rows).sum();
      return Float.BYTES * tokens * channels;
    }

    /** One site at a time has statistics, unless transforms are fitted to both. */
    long working(Pipeline pipeline) {
      TransformSite normed = site("normed", output.rows(), List.copyOf(inputs.keySet()));
      TransformSite mixed = site("mixed", output.cols(), List.of(output.name()));
      return pipeline.transforms()
          ? working(pipeline, List.of(normed, mixed))
          : Stream.of(normed, mixed)
              .mapToLong(site -> working(pipeline, List.of(site)))
              .max()
              .orElseThrow();
    }

    private static TransformSite site(String id, int size, List<String> consumers) {
      return TransformSite.isolated(id, size, consumers);
    }

    private long working(Pipeline pipeline, List<TransformSite> sites) {
      List<String> names = sites.stream().flatMap(site -> site.consumers().stream()).toList();
      MemoryEstimate estimate =
          MemoryEstimate.of(
              new ModelGraph(List.of(new Block("half", names, sites))), this, pipeline.recipe(), 1);
      return estimate.statistics() + Math.max(estimate.scaling(), estimate.working());
    }

    @Override
    public Set<String> names() {
      Set<String> names = new TreeSet<>(inputs.keySet());
      names.add(output.name());
      return names;
    }

    @Override
    public TensorInfo info(String name) {
      return name.equals(output.name()) ? output : inputs.get(name);
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
}
