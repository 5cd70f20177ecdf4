package io.halftone.io.gguf.model;

import io.halftone.core.model.RopePairing;

/** Architectures of GGUF files and how llama.cpp runs them. */
enum Family {
  LLAMA("llama", RopePairing.INTERLEAVED),
  QWEN2("qwen2", RopePairing.HALF_SPLIT),
  QWEN3("qwen3", RopePairing.HALF_SPLIT);

  private final String id;
  private final RopePairing pairing;

  Family(String id, RopePairing pairing) {
    this.id = id;
    this.pairing = pairing;
  }

  /** The value of {@code general.architecture}. */
  String id() {
    return id;
  }

  /** Which rows of query and key weights llama.cpp turns together. */
  RopePairing pairing() {
    return pairing;
  }

  static Family of(String modelType) {
    return switch (modelType) {
      case "llama", "mistral", "llama2.c" -> LLAMA;
      case "qwen2" -> QWEN2;
      case "qwen3" -> QWEN3;
      default ->
          throw new IllegalArgumentException(
              "model type '"
                  + modelType
                  + "' cannot be written as GGUF; those that can are llama, mistral, llama2.c,"
                  + " qwen2 and qwen3");
    };
  }
}
