/** Whole models in GGUF files: reading them as float tensors, and writing them. */
package io.halftone.io.gguf.model;
