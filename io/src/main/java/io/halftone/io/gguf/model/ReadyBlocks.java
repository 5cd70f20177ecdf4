package io.halftone.io.gguf.model;

import io.halftone.io.gguf.block.BlockType;
import java.io.IOException;
import java.util.Optional;

/** Weights that are in a GGUF type already: a file takes their bytes over instead of encoding. */
public interface ReadyBlocks {
  /** No weight is. */
  ReadyBlocks NONE =
      new ReadyBlocks() {
        @Override
        public Optional<BlockType> type(String tensor) {
          return Optional.empty();
        }

        @Override
        public byte[] read(String tensor) {
          throw new IllegalArgumentException("tensor " + tensor + " is not there in blocks");
        }
      };

  /**
   * The type of a tensor's blocks; empty if it is to be encoded.
   *
   * @param tensor a matrix's name in the model
   */
  Optional<BlockType> type(String tensor);

  /**
   * The blocks of a tensor that has a type: its rows in the model's order, one after the other.
   *
   * @throws IOException if they cannot be read
   */
  byte[] read(String tensor) throws IOException;
}
