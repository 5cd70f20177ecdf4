package io.halftone.io.gguf.model;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hugging Face's names of a decoder's tensors in GGUF's terms.
 *
 * @see <a href="https://github.com/ggml-org/llama.cpp">gguf-py, tensor_mapping.py</a>
 */
final class TensorNames {
  static final String EMBEDDING = "token_embd.weight";
  static final String HEAD = "output.weight";
  static final String ROPE_DIVISORS = "rope_freqs.weight";

  private static final Pattern BLOCK =
      Pattern.compile("model\\.layers\\.(\\d+)\\.(.+)\\.(weight|bias)");
  private static final Map<String, String> PARTS = parts();
  private static final Map<String, String> OUTSIDE =
      Map.of(
          "model.embed_tokens.weight", EMBEDDING,
          "model.norm.weight", "output_norm.weight",
          "lm_head.weight", HEAD);

  private TensorNames() {}

  private static Map<String, String> parts() {
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put("input_layernorm", "attn_norm");
    parts.put("self_attn.q_proj", "attn_q");
    parts.put("self_attn.k_proj", "attn_k");
    parts.put("self_attn.v_proj", "attn_v");
    parts.put("self_attn.o_proj", "attn_output");
    parts.put("self_attn.q_norm", "attn_q_norm");
    parts.put("self_attn.k_norm", "attn_k_norm");
    parts.put("post_attention_layernorm", "ffn_norm");
    parts.put("mlp.gate_proj", "ffn_gate");
    parts.put("mlp.up_proj", "ffn_up");
    parts.put("mlp.down_proj", "ffn_down");
    return parts;
  }

  /** The name in GGUF; empty for a tensor that has none there. */
  static Optional<String> of(String name) {
    Matcher block = BLOCK.matcher(name);
    if (!block.matches()) {
      return Optional.ofNullable(OUTSIDE.get(name));
    }
    return Optional.ofNullable(PARTS.get(block.group(2)))
        .map(part -> "blk." + block.group(1) + "." + part + "." + block.group(3));
  }

  /** Whether the rows of a tensor are the channels of query heads. */
  static boolean isQuery(String ggufName) {
    return ggufName.contains(".attn_q.");
  }

  /** Whether the rows of a tensor are the channels of key heads. */
  static boolean isKey(String ggufName) {
    return ggufName.contains(".attn_k.");
  }
}
