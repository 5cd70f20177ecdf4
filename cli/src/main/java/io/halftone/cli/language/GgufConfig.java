package io.halftone.cli.language;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.halftone.io.gguf.GgufFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/** The metadata of a GGUF file as a {@code config.json}. */
final class GgufConfig {
  /** The format does not say the activation; these architectures have one. */
  private static final Set<String> GATED_BY_SILU = Set.of("llama", "qwen2", "qwen3");

  private static final String EMBEDDING = "token_embd.weight";
  private static final String HEAD = "output.weight";

  private final GgufFile file;
  private final Path path;
  private final String type;
  private final ObjectNode json = new ObjectMapper().createObjectNode();

  private GgufConfig(GgufFile file, Path path, String type) {
    this.file = file;
    this.path = path;
    this.type = type;
  }

  /**
   * Translates the metadata.
   *
   * @param path of the file, for messages
   * @throws IOException if a number that every model has is missing, or one cannot be said
   */
  static ObjectNode of(GgufFile file, Path path) throws IOException {
    String type =
        file.text("general.architecture")
            .orElseThrow(() -> new IOException(path + " has no general.architecture"));
    return new GgufConfig(file, path, type).json();
  }

  private ObjectNode json() throws IOException {
    json.put("model_type", type);
    if (GATED_BY_SILU.contains(type)) {
      json.put("hidden_act", "silu");
    }
    integer("hidden_size", "embedding_length");
    integer("intermediate_size", "feed_forward_length");
    integer("num_hidden_layers", "block_count");
    integer("num_attention_heads", "attention.head_count");
    integer("max_position_embeddings", "context_length");
    optional("num_key_value_heads", "attention.head_count_kv");
    optional("head_dim", "attention.key_length");
    optional("sliding_window", "attention.sliding_window");
    json.put("vocab_size", vocabulary());
    real("rms_norm_eps", "attention.layer_norm_rms_epsilon");
    real("layer_norm_eps", "attention.layer_norm_epsilon");
    real("rope_theta", "rope.freq_base");
    real("attn_logit_softcapping", "attn_logit_softcapping");
    real("final_logit_softcapping", "final_logit_softcapping");
    rotary();
    json.put("tie_word_embeddings", !file.contains(HEAD));
    file.integer("tokenizer.ggml.bos_token_id").ifPresent(id -> json.put("bos_token_id", id));
    file.integer("tokenizer.ggml.eos_token_id").ifPresent(id -> json.put("eos_token_id", id));
    return json;
  }

  private void rotary() throws IOException {
    int heads = json.get("num_attention_heads").asInt();
    int headSize = json.path("head_dim").asInt(json.get("hidden_size").asInt() / heads);
    OptionalLong channels = file.integer(key("rope.dimension_count"));
    if (channels.isPresent() && channels.getAsLong() != headSize) {
      json.put("partial_rotary_factor", channels.getAsLong() / (double) headSize);
    }
    String scaling = file.text(key("rope.scaling.type")).orElse("none");
    if (scaling.equals("linear")) {
      OptionalDouble factor = file.real(key("rope.scaling.factor"));
      json.putObject("rope_scaling").put("rope_type", "linear").put("factor", factor.orElse(1));
    } else if (!scaling.equals("none")) {
      throw new IOException(
          path + ": rope scaling '" + scaling + "' is not supported; known are none and linear");
    }
  }

  private long vocabulary() throws IOException {
    if (!file.contains(EMBEDDING)) {
      throw new IOException(path + " has no tensor " + EMBEDDING);
    }
    return file.info(EMBEDDING).rows();
  }

  private String key(String name) {
    return type + "." + name;
  }

  private void integer(String name, String key) throws IOException {
    OptionalLong value = file.integer(key(key));
    if (value.isEmpty()) {
      throw new IOException(path + ": its metadata has no number " + key(key));
    }
    json.put(name, value.getAsLong());
  }

  private void optional(String name, String key) {
    file.integer(key(key)).ifPresent(value -> json.put(name, value));
  }

  /** Numbers are float32 in the file; the shortest decimal that gives the same one is written. */
  private void real(String name, String key) {
    file.real(key(key))
        .ifPresent(value -> json.put(name, Double.parseDouble(Float.toString((float) value))));
  }
}
