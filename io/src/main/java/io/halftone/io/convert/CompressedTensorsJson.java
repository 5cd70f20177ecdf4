package io.halftone.io.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.halftone.core.format.Formats;
import io.halftone.core.format.IntFormat;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.Timing;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.io.codec.Codecs;
import io.halftone.io.convert.QuantizationConfig.Group;
import java.util.ArrayList;
import java.util.List;

/**
 * The configuration of compressed-tensors.
 *
 * @see <a
 *     href="https://github.com/vllm-project/compressed-tensors/blob/main/src/compressed_tensors/quantization/quant_args.py">
 *     compressed-tensors, QuantizationArgs</a>
 */
final class CompressedTensorsJson {
  private static final String MIXED = "mixed-precision";
  private static final String FORMAT = "format";
  private static final String TARGETS = "targets";
  private static final String GROUPS = "config_groups";
  private static final String STRATEGY = "strategy";
  private static final String GROUP_SIZE = "group_size";
  private static final String BLOCK = "block_structure";
  private static final String DYNAMIC = "dynamic";
  private static final String INPUTS = "input_activations";
  private static final String ORDER = "actorder";

  private CompressedTensorsJson() {}

  static QuantizationConfig read(JsonNode config) {
    List<Group> groups = new ArrayList<>();
    config
        .path(GROUPS)
        .properties()
        .forEach(entry -> groups.add(group(entry.getKey(), entry.getValue(), config)));
    List<String> ignored = new ArrayList<>();
    config.path("ignore").forEach(name -> ignored.add(name.asText()));
    return new QuantizationConfig(groups, ignored);
  }

  private static Group group(String name, JsonNode group, JsonNode config) {
    List<String> targets = new ArrayList<>();
    group.path(TARGETS).forEach(target -> targets.add(target.asText()));
    String format = group.path(FORMAT).asText("");
    JsonNode weights = group.path("weights");
    if (!weights.isObject() || targets.isEmpty()) {
      throw new IllegalArgumentException(
          name + " of " + GROUPS + " lacks weights or targets; presets by name are not read");
    }
    return new Group(
        targets,
        format.isEmpty() || format.equals("null") ? config.path(FORMAT).asText() : format,
        new LayerScheme(weight(name, weights), input(name, group.path(INPUTS))),
        List.of("group", "dynamic", "true").contains(weights.path(ORDER).asText("")));
  }

  private static TensorScheme weight(String group, JsonNode args) {
    boolean symmetric = args.path("symmetric").asBoolean(true);
    if (args.path("num_bits").asInt() == 4 && args.path("type").asText().equals("float")) {
      return args.path(STRATEGY).asText().equals("tensor_group")
          ? Codecs.nvfp4Scheme()
          : Codecs.mxfp4Scheme();
    }
    return new TensorScheme(
        format(group, args, symmetric),
        granularity(group, args),
        new ScaleSpec.Stored(Formats.F32),
        symmetric ? ZeroPoint.NONE : ZeroPoint.INTEGER,
        Timing.STATIC);
  }

  private static TensorScheme input(String group, JsonNode args) {
    if (!args.isObject()) {
      return Schemes.FULL;
    }
    Timing timing = args.path(DYNAMIC).asText().equals("true") ? Timing.DYNAMIC : Timing.STATIC;
    Granularity granularity = granularity(group, args);
    boolean oneStep = granularity instanceof Granularity.PerTensor;
    if (timing == Timing.STATIC && !oneStep || !args.path("symmetric").asBoolean(true)) {
      throw new IllegalArgumentException(
          INPUTS
              + " of "
              + group
              + " are static in more than one step or have an offset; read are symmetric ones,"
              + " dynamic or in one static step");
    }
    return new TensorScheme(
        format(group, args, true),
        granularity,
        new ScaleSpec.Stored(Formats.F32),
        ZeroPoint.NONE,
        timing);
  }

  private static NumberFormat format(String group, JsonNode args, boolean signed) {
    int bits = args.path("num_bits").asInt(Byte.SIZE);
    if (args.path("type").asText("int").equals("int")) {
      return new IntFormat(bits, signed);
    }
    if (bits == Byte.SIZE) {
      return Formats.E4M3FN;
    }
    throw new IllegalArgumentException(
        group + " has floats of " + bits + " bits; read are integers and floats of 8 bits");
  }

  private static Granularity granularity(String group, JsonNode args) {
    int size = args.path(GROUP_SIZE).asInt(0);
    String strategy =
        args.path(STRATEGY).asText(size > 0 ? "group" : size < 0 ? "channel" : "tensor");
    return switch (strategy) {
      case "tensor" -> new Granularity.PerTensor();
      case "channel", "token" -> new Granularity.PerRow();
      case "group" -> new Granularity.PerGroup(size);
      case "block" ->
          new Granularity.PerBlock(
              args.path(BLOCK).path(0).asInt(), args.path(BLOCK).path(1).asInt());
      default ->
          throw new IllegalArgumentException(
              STRATEGY
                  + " of "
                  + group
                  + " is '"
                  + strategy
                  + "'; read are tensor, channel, group, block and token");
    };
  }

  static ObjectNode write(QuantizationConfig config, ObjectNode target) {
    long formats = config.groups().stream().map(Group::format).distinct().count();
    target
        .put("quant_method", "compressed-tensors")
        .put(FORMAT, formats > 1 ? MIXED : config.groups().get(0).format())
        .put("quantization_status", "compressed")
        .putNull("global_compression_ratio");
    config.ignored().forEach(target.putArray("ignore")::add);
    target.putNull("kv_cache_scheme");
    ObjectNode groups = target.putObject(GROUPS);
    for (Group group : config.groups()) {
      ObjectNode node = groups.putObject("group_" + groups.size());
      group.targets().forEach(node.putArray(TARGETS)::add);
      args(node.putObject("weights"), group.scheme().weight(), "channel")
          .put(ORDER, group.reordered() ? "group" : null);
      if (group.scheme().isWeightOnly()) {
        node.putNull(INPUTS);
      } else {
        args(node.putObject(INPUTS), group.scheme().input(), "token");
      }
      node.putNull("output_activations");
      if (formats > 1) {
        node.put(FORMAT, group.format());
      }
    }
    return target;
  }

  private static ObjectNode args(ObjectNode args, TensorScheme scheme, String rows) {
    Granularity granularity = scheme.granularity();
    args.put("num_bits", scheme.format().bits())
        .put("type", scheme.format() instanceof IntFormat ? "int" : "float")
        .put("symmetric", scheme.zeroPoint() == ZeroPoint.NONE)
        .put(STRATEGY, strategy(granularity, rows));
    if (granularity instanceof Granularity.PerGroup groups) {
      args.put(GROUP_SIZE, groups.size());
    } else {
      args.putNull(GROUP_SIZE);
    }
    boolean dynamic = scheme.timing() == Timing.DYNAMIC;
    args.put(DYNAMIC, dynamic);
    if (granularity instanceof Granularity.PerBlock block) {
      args.putArray(BLOCK).add(block.rows()).add(block.cols());
    } else {
      args.putNull(BLOCK);
    }
    args.put("observer", dynamic ? null : "minmax").putObject("observer_kwargs");
    return args;
  }

  private static String strategy(Granularity granularity, String rows) {
    if (granularity instanceof Granularity.PerTensor) {
      return "tensor";
    }
    if (granularity instanceof Granularity.PerRow) {
      return rows;
    }
    return granularity instanceof Granularity.PerGroup ? "group" : "block";
  }
}
