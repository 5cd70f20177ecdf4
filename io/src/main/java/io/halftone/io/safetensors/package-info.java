/** The safetensors container: one file, or a model in shards. */
package io.halftone.io.safetensors;
