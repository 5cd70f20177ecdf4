/** The GGUF container: typed metadata and tensors in the types of ggml. */
package io.halftone.io.gguf;
