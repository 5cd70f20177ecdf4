/** Tokenizers of Hugging Face as vocabularies. */
package io.halftone.io.tokenizer;
