package io.halftone.calibration.decoder;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.halftone.core.model.Activation;
import io.halftone.core.model.DecoderConfig;
import io.halftone.core.model.DecoderConfig.AttentionLimits;
import io.halftone.core.model.DecoderConfig.Rotary;
import io.halftone.core.model.RotaryScaling;
import java.util.Map;
import java.util.TreeMap;

/** Reads the {@code config.json} of a Hugging Face model directory. */
public final class ConfigJson {
  private static final Map<String, Activation> ACTIVATIONS = activations();
  private static final Map<String, String> SCALINGS = Architectures.words("rope-scalings.json");
  private static final double DEFAULT_BASE = 10_000;
  private static final String WINDOW = "sliding_window";

  private final JsonNode json;
  private final Architecture table;

  private ConfigJson(JsonNode json, Architecture table) {
    this.json = json;
    this.table = table;
  }

  /**
   * The numbers of a decoder.
   *
   * @param text of the file
   * @throws IllegalArgumentException if the text is not JSON, the model type is not known, a number
   *     is missing or something in it is not supported; names the key
   */
  public static DecoderConfig parse(String text) {
    JsonNode json;
    try {
      json = new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("config.json is not JSON: " + e.getOriginalMessage(), e);
    }
    if (!json.path("model_type").isTextual()) {
      throw new IllegalArgumentException("config.json has no text 'model_type'");
    }
    String type = json.path("model_type").asText();
    return new ConfigJson(json, Architectures.of(type).get(0)).config(type);
  }

  private static Map<String, Activation> activations() {
    Map<String, Activation> byName = new TreeMap<>();
    Architectures.words("activations.json")
        .forEach((name, word) -> byName.put(name, Architectures.constant(Activation.class, word)));
    return byName;
  }

  private DecoderConfig config(String type) {
    int hidden = integer("hidden_size");
    int heads = integer("num_attention_heads");
    int headSize = integer("head_dim", hidden / Math.max(1, heads));
    return new DecoderConfig(
        type,
        hidden,
        integer("intermediate_size"),
        integer("num_hidden_layers"),
        heads,
        integer("num_key_value_heads", heads),
        headSize,
        integer("vocab_size"),
        integer("max_position_embeddings"),
        epsilon(),
        rotary(headSize),
        activation(),
        given("tie_word_embeddings")
            ? json.get("tie_word_embeddings").asBoolean()
            : table.tiedHead(),
        attention());
  }

  private boolean given(String key) {
    return json.hasNonNull(key);
  }

  private int integer(String key) {
    if (!json.path(key).isIntegralNumber()) {
      throw new IllegalArgumentException(
          "config.json: '" + key + "' is " + json.path(key) + ", must be a whole number");
    }
    return json.get(key).asInt();
  }

  private int integer(String key, int otherwise) {
    return given(key) ? integer(key) : otherwise;
  }

  private float epsilon() {
    for (String key : new String[] {"rms_norm_eps", "norm_epsilon", "layer_norm_eps"}) {
      if (json.path(key).isNumber()) {
        return (float) json.get(key).asDouble();
      }
    }
    throw new IllegalArgumentException(
        "config.json has none of 'rms_norm_eps', 'norm_epsilon', 'layer_norm_eps'");
  }

  private Rotary rotary(int headSize) {
    JsonNode nested = json.path("rope_parameters");
    JsonNode scaling = json.hasNonNull("rope_scaling") ? json.get("rope_scaling") : nested;
    double base =
        json.path("rope_theta").asDouble(nested.path("rope_theta").asDouble(DEFAULT_BASE));
    double share =
        json.path("partial_rotary_factor")
            .asDouble(nested.path("partial_rotary_factor").asDouble(1));
    return new Rotary(base, (int) (headSize * share), scaling(scaling));
  }

  private static RotaryScaling scaling(JsonNode json) {
    String type = json.path("rope_type").asText(json.path("type").asText("default"));
    String formula = SCALINGS.get(type);
    if (formula == null) {
      throw new IllegalArgumentException(
          "config.json: rope scaling '" + type + "' is not one of " + SCALINGS.keySet());
    }
    return switch (formula) {
      case "linear" -> new RotaryScaling.Linear(number(json, "factor"));
      case "banded" ->
          new RotaryScaling.Banded(
              number(json, "factor"),
              number(json, "low_freq_factor"),
              number(json, "high_freq_factor"),
              (int) number(json, "original_max_position_embeddings"));
      default -> new RotaryScaling.None();
    };
  }

  private static double number(JsonNode json, String key) {
    if (!json.path(key).isNumber()) {
      throw new IllegalArgumentException(
          "config.json: '" + key + "' of the rope scaling must be a number");
    }
    return json.get(key).asDouble();
  }

  private Activation activation() {
    if (!given(table.activationKey())) {
      return table.activation();
    }
    String name = json.get(table.activationKey()).asText();
    Activation activation = ACTIVATIONS.get(name);
    if (activation == null) {
      throw new IllegalArgumentException(
          "config.json: activation '" + name + "' is not one of " + ACTIVATIONS.keySet());
    }
    return activation;
  }

  private AttentionLimits attention() {
    boolean windowed = given(WINDOW) && json.path("use_sliding_window").asBoolean(true);
    double queries = json.path("query_pre_attn_scalar").asDouble(0);
    return new AttentionLimits(
        windowed ? integer(WINDOW) : 0,
        table.windowedBlocks(),
        (float) json.path("attn_logit_softcapping").asDouble(0),
        (float) json.path("final_logit_softcapping").asDouble(0),
        queries == 0 ? 0 : (float) (1 / Math.sqrt(queries)));
  }
}
