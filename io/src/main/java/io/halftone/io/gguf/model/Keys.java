package io.halftone.io.gguf.model;

/** Keys of the metadata of a decoder; those that begin with a dot follow the architecture. */
final class Keys {
  static final String ARCHITECTURE = "general.architecture";
  static final String NAME = "general.name";
  static final String FILE_TYPE = "general.file_type";
  static final String QUANTIZATION_VERSION = "general.quantization_version";
  static final String VOCABULARY = ".vocab_size";
  static final String CONTEXT = ".context_length";
  static final String EMBEDDING = ".embedding_length";
  static final String BLOCKS = ".block_count";
  static final String FEED_FORWARD = ".feed_forward_length";
  static final String HEADS = ".attention.head_count";
  static final String KEY_VALUE_HEADS = ".attention.head_count_kv";
  static final String HEAD_SIZE = ".attention.key_length";
  static final String VALUE_SIZE = ".attention.value_length";
  static final String EPSILON = ".attention.layer_norm_rms_epsilon";
  static final String ROPE_CHANNELS = ".rope.dimension_count";
  static final String ROPE_BASE = ".rope.freq_base";
  static final String ROPE_SCALING = ".rope.scaling.type";
  static final String ROPE_FACTOR = ".rope.scaling.factor";
  static final String UNSCALED = "none";
  static final String LINEAR = "linear";

  private Keys() {}
}
