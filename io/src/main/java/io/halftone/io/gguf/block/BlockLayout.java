package io.halftone.io.gguf.block;

/**
 * Where a block type keeps its numbers, and what they mean: weight = scale(cell) · level(code) −
 * offset(cell), every operation rounded to float32.
 */
interface BlockLayout {
  /** Weights in a block. */
  int size();

  /** Bytes of a block. */
  int bytes();

  /** Consecutive weights that share a scale. */
  int cellSize();

  /** The value of each code on the unit grid, by the code's low byte; shared, read only. */
  float[] levels();

  /** Takes a block apart. */
  void unpack(byte[] block, int at, BlockFields fields);

  /** Puts a block together; writes all of its bytes. */
  void pack(BlockFields fields, byte[] block, int at);

  /** The step of a cell as a decoder computes it. */
  float scale(BlockFields fields, int cell);

  /** What a decoder subtracts in a cell. */
  default float offset(BlockFields fields, int cell) {
    return 0;
  }

  /** The largest code an encoder may choose. */
  default int topCode() {
    return levels().length - 1;
  }

  /** Cells in a block. */
  default int cells() {
    return size() / cellSize();
  }

  /** Decodes a block that has been taken apart. */
  default void decode(BlockFields fields, float[] weights, int at) {
    float[] levels = levels();
    int size = cellSize();
    for (int cell = 0; cell < cells(); cell++) {
      float scale = scale(fields, cell);
      float offset = offset(fields, cell);
      for (int i = cell * size; i < (cell + 1) * size; i++) {
        weights[at + i] = scale * levels[fields.code[i] & 0xff] - offset;
      }
    }
  }
}
