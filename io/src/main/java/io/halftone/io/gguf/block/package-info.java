/**
 * The block types of GGUF: packing, decoding, and encoders.
 *
 * <p>A row is cut into blocks, a block into cells that share a scale. {@link
 * io.halftone.io.gguf.block.BlockType} names the types; each has one exact decoder, one encoder
 * that repeats the reference's arithmetic, and one of Halftone's own that errs less.
 */
package io.halftone.io.gguf.block;
