package io.halftone.io.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.halftone.core.format.Formats;
import io.halftone.core.format.IntFormat;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.Timing;
import io.halftone.core.scheme.ZeroPoint;
import java.util.ArrayList;
import java.util.List;

/**
 * The {@code quantization_config} of a checkpoint's {@code config.json}: GPTQ, AWQ and
 * compressed-tensors.
 */
final class QuantizationJson {
  private static final String METHOD = "quant_method";
  private static final String BITS = "bits";
  private static final String GROUP_SIZE = "group_size";
  private static final String CHECKPOINT_FORMAT = "checkpoint_format";
  private static final String NOT_CONVERTED = "modules_to_not_convert";
  private static final int WHOLE_ROW = -1;

  private QuantizationJson() {}

  /**
   * Reads a configuration.
   *
   * @throws IllegalArgumentException if it is of another method or says something that cannot be
   *     represented; names the field
   */
  static QuantizationConfig read(JsonNode config) {
    String method = config.path(METHOD).asText();
    return switch (method) {
      case "gptq" -> gptq(config);
      case "awq" -> awq(config);
      case "compressed-tensors" -> CompressedTensorsJson.read(config);
      default ->
          throw new IllegalArgumentException(
              METHOD
                  + " of quantization_config is '"
                  + method
                  + "'; read are gptq, awq and compressed-tensors");
    };
  }

  private static QuantizationConfig gptq(JsonNode config) {
    String format = config.path(CHECKPOINT_FORMAT).asText("gptq");
    if (!List.of("gptq", "gptq_v2").contains(format)) {
      throw new IllegalArgumentException(
          CHECKPOINT_FORMAT + " is '" + format + "'; read are gptq and gptq_v2");
    }
    if (!config.path("dynamic").isMissingNode() && !config.path("dynamic").isEmpty()) {
      throw new IllegalArgumentException(
          "quantization_config has 'dynamic' rules per layer, which are not read");
    }
    return QuantizationConfig.ofAll(
        format,
        weightOnly(
            integer(config, BITS), config.path("sym").asBoolean(true), integer(config, GROUP_SIZE)),
        config.path("desc_act").asBoolean(false),
        List.of());
  }

  private static QuantizationConfig awq(JsonNode config) {
    String version = config.path("version").asText("gemm");
    if (!version.equalsIgnoreCase("gemm")) {
      throw new IllegalArgumentException("version of AWQ is '" + version + "'; read is gemm");
    }
    List<String> ignored = new ArrayList<>();
    config.path(NOT_CONVERTED).forEach(name -> ignored.add(name.asText()));
    return QuantizationConfig.ofAll(
        "awq",
        weightOnly(integer(config, BITS), false, integer(config, GROUP_SIZE)),
        false,
        ignored);
  }

  /** The scheme of integers with F16 scales, unsigned where they have zero points. */
  private static LayerScheme weightOnly(int bits, boolean symmetric, int groupSize) {
    TensorScheme weight =
        new TensorScheme(
            new IntFormat(bits, symmetric),
            groupSize == WHOLE_ROW ? Granularity.perChannel() : new Granularity.PerGroup(groupSize),
            new ScaleSpec.Stored(Formats.F16),
            symmetric ? ZeroPoint.NONE : ZeroPoint.INTEGER,
            Timing.STATIC);
    return new LayerScheme(weight, Schemes.FULL);
  }

  /**
   * A whole number.
   *
   * @throws IllegalArgumentException if it is missing or something else
   */
  static int integer(JsonNode config, String field) {
    JsonNode value = config.path(field);
    if (!value.canConvertToInt() || !value.isIntegralNumber()) {
      throw new IllegalArgumentException(
          field + " of quantization_config is " + value + ", must be a whole number");
    }
    return value.intValue();
  }

  /**
   * Writes a configuration whose groups are of one method.
   *
   * @throws IllegalArgumentException if the method cannot say it
   */
  static ObjectNode write(QuantizationConfig config, ObjectNode target) {
    String format = config.groups().get(0).format();
    return switch (format) {
      case "gptq", "gptq_v2" -> writeGptq(only(config), target);
      case "awq" -> writeAwq(only(config), config.ignored(), target);
      default -> CompressedTensorsJson.write(config, target);
    };
  }

  private static QuantizationConfig.Group only(QuantizationConfig config) {
    if (config.groups().size() > 1) {
      QuantizationConfig.Group first = config.groups().get(0);
      QuantizationConfig.Group second = config.groups().get(1);
      throw new IllegalArgumentException(
          first.format()
              + " has one scheme for all layers, but "
              + second.targets().get(0)
              + " differs from "
              + first.targets().get(0)
              + "; pack-quantized can hold both");
    }
    return config.groups().get(0);
  }

  private static ObjectNode writeGptq(QuantizationConfig.Group group, ObjectNode target) {
    TensorScheme weight = group.scheme().weight();
    return target
        .put(METHOD, "gptq")
        .put(BITS, weight.format().bits())
        .put(GROUP_SIZE, groupSize(weight))
        .put("desc_act", group.reordered())
        .put("sym", weight.zeroPoint() == ZeroPoint.NONE)
        .put("lm_head", false)
        .put(CHECKPOINT_FORMAT, group.format())
        .put("pack_dtype", "int32");
  }

  private static ObjectNode writeAwq(
      QuantizationConfig.Group group, List<String> ignored, ObjectNode target) {
    TensorScheme weight = group.scheme().weight();
    target
        .put(METHOD, "awq")
        .put(BITS, weight.format().bits())
        .put(GROUP_SIZE, groupSize(weight))
        .put("zero_point", true)
        .put("version", "gemm");
    if (ignored.isEmpty()) {
      return target.putNull(NOT_CONVERTED);
    }
    ignored.forEach(target.putArray(NOT_CONVERTED)::add);
    return target;
  }

  private static int groupSize(TensorScheme weight) {
    return weight.granularity() instanceof Granularity.PerGroup groups ? groups.size() : WHOLE_ROW;
  }
}
