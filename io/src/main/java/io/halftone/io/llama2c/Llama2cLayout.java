package io.halftone.io.llama2c;

import io.halftone.io.TensorEntry;
import java.util.ArrayList;
import java.util.List;

/** Names, shapes and order of a version 0 checkpoint's tensors. */
final class Llama2cLayout {
  private final Llama2cConfig config;
  private final List<TensorEntry> tensors = new ArrayList<>();

  private Llama2cLayout(Llama2cConfig config) {
    this.config = config;
  }

  /** The tensors in the order of the file; a length beyond 2^63 - 1 is given as that. */
  static List<TensorEntry> tensors(Llama2cConfig config) {
    Llama2cLayout layout = new Llama2cLayout(config);
    layout.addAll();
    return layout.tensors;
  }

  private void addAll() {
    long dim = config.dim();
    long kv = config.kvDim();
    long hidden = config.hiddenDim();
    add("model.embed_tokens.weight", config.vocabSize(), dim);
    addLayers("input_layernorm", dim);
    addLayers("self_attn.q_proj", dim, dim);
    addLayers("self_attn.k_proj", kv, dim);
    addLayers("self_attn.v_proj", kv, dim);
    addLayers("self_attn.o_proj", dim, dim);
    addLayers("post_attention_layernorm", dim);
    addLayers("mlp.gate_proj", hidden, dim);
    addLayers("mlp.down_proj", dim, hidden);
    addLayers("mlp.up_proj", hidden, dim);
    add("model.norm.weight", dim);
    add("freq_cis_real", config.contextLength(), config.headDim() / 2);
    add("freq_cis_imag", config.contextLength(), config.headDim() / 2);
    if (!config.tied()) {
      add("lm_head.weight", config.vocabSize(), dim);
    }
  }

  private void addLayers(String part, long... shape) {
    for (int layer = 0; layer < config.layers(); layer++) {
      add("model.layers." + layer + "." + part + ".weight", shape);
    }
  }

  private void add(String name, long... shape) {
    long bytes = Float.BYTES;
    List<Long> extents = new ArrayList<>();
    for (long extent : shape) {
      extents.add(extent);
      bytes = bytes > Long.MAX_VALUE / extent ? Long.MAX_VALUE : bytes * extent;
    }
    tensors.add(new TensorEntry(name, "F32", extents, bytes));
  }
}
