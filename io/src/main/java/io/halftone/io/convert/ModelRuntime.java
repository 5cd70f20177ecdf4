package io.halftone.io.convert;

import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.io.convert.QuantizationConfig.Group;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A program that runs models, and which checkpoints it reads.
 *
 * @param runtime its name
 * @param version the facts hold for
 * @param evidence where the facts come from
 * @param alternative what to write where it refuses
 * @param reads formats with their limits; what is not among them is refused
 * @param blocks tensor types of GGUF that it reads; none means it reads no such files
 */
public record ModelRuntime(
    String runtime,
    String version,
    String evidence,
    String alternative,
    List<Reads> reads,
    List<Blocks> blocks) {
  private static final int WHOLE_ROW = -1;

  /** Takes copies of the lists. */
  public ModelRuntime {
    reads = List.copyOf(reads);
    blocks = blocks == null ? List.of() : List.copyOf(blocks);
  }

  /**
   * A tensor type of GGUF.
   *
   * @param type its name
   * @param size weights of a block
   * @param fallback the type its own tools write where rows are no whole blocks; itself where every
   *     row is
   */
  public record Blocks(String type, int size, String fallback) {}

  /** How a layer sees its inputs. */
  public enum Inputs {
    /** As they are: only weights are quantized. */
    FLOAT("float"),
    /** Quantized at run time. */
    QUANTIZED("quantized");

    private final String text;

    Inputs(String text) {
      this.text = text;
    }
  }

  /**
   * A format and its limits.
   *
   * @param format id of the layer codec
   * @param bits widths of a code
   * @param groupSizes sizes of groups, -1 for whole rows; empty for any
   * @param zeroPoints whether weights may have zero points
   * @param reordered whether groups may be channels from anywhere
   * @param inputs how the layers' inputs may be
   */
  public record Reads(
      String format,
      List<Integer> bits,
      List<Integer> groupSizes,
      boolean zeroPoints,
      boolean reordered,
      Set<Inputs> inputs) {
    /** Takes copies; no group sizes means any. */
    public Reads {
      bits = List.copyOf(bits);
      groupSizes = groupSizes == null ? List.of() : List.copyOf(groupSizes);
      inputs = Set.copyOf(inputs);
    }

    private Optional<String> refusal(Group group) {
      TensorScheme weight = group.scheme().weight();
      if (!bits.contains(weight.format().bits())) {
        return Optional.of(weight.format().bits() + " bits (it reads " + bits + ")");
      }
      int size =
          weight.granularity() instanceof Granularity.PerGroup groups ? groups.size() : WHOLE_ROW;
      if (!groupSizes.isEmpty() && !groupSizes.contains(size)) {
        return Optional.of("groups of " + size + " (it reads " + groupSizes + ")");
      }
      if (!zeroPoints && weight.zeroPoint() != ZeroPoint.NONE) {
        return Optional.of("zero points");
      }
      Inputs wanted = group.scheme().isWeightOnly() ? Inputs.FLOAT : Inputs.QUANTIZED;
      if (!inputs.contains(wanted)) {
        return Optional.of(wanted.text + " inputs");
      }
      return reordered || !group.reordered()
          ? Optional.empty()
          : Optional.of("groups of channels that are not neighbours");
    }
  }

  /** Name and version, as the command line takes them. */
  public String id() {
    return runtime + "@" + version;
  }

  /** Why the runtime refuses a tensor type of GGUF; empty if it reads it. */
  public Optional<String> refusal(String tensorType) {
    return blocks.stream().anyMatch(known -> known.type().equals(tensorType))
        ? Optional.empty()
        : Optional.of(
            runtime
                + " "
                + version
                + " does not read tensors of type "
                + tensorType
                + "; it reads "
                + blocks.stream().map(Blocks::type).toList());
  }

  /**
   * Why the runtime refuses a checkpoint, with runtime, version and what to write instead; empty if
   * it reads it.
   */
  public Optional<String> refusal(QuantizationConfig config) {
    for (Group group : config.groups()) {
      Optional<Reads> format =
          reads.stream().filter(candidate -> candidate.format().equals(group.format())).findFirst();
      Optional<String> reason =
          format.isEmpty()
              ? Optional.of("at all")
              : format.get().refusal(group).map(limit -> "with " + limit);
      if (reason.isPresent()) {
        return Optional.of(
            runtime
                + " "
                + version
                + " does not read "
                + group.format()
                + " "
                + reason.get()
                + "; write "
                + alternative);
      }
    }
    return Optional.empty();
  }
}
