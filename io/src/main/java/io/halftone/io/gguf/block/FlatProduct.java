package io.halftone.io.gguf.block;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;

/**
 * Products with blocks of 32 codes and one scale: in each block, lane l sums the products 4l to 4l
 * + 3.
 *
 * @param rows of the weight
 * @param cols of a row
 * @param level the integers that codes stand for, row by row
 * @param scale one per block
 */
record FlatProduct(int rows, int cols, byte[] level, float[] scale) implements BlockProduct {
  static FlatProduct of(BlockType type, byte[] blocks, int rows, int cols) {
    BlockLayout layout = ((GridCodec) type.codec()).layout();
    BlockType.requireWhole(cols, layout.size());
    byte[] level = new byte[Math.multiplyExact(rows, cols)];
    float[] scale = new float[level.length / layout.size()];
    BlockFields fields = new BlockFields(layout);
    for (int b = 0; b < scale.length; b++) {
      layout.unpack(blocks, b * layout.bytes(), fields);
      scale[b] = layout.scale(fields, 0);
      for (int i = 0; i < layout.size(); i++) {
        level[b * layout.size() + i] = (byte) layout.levels()[fields.code[i] & 0xff];
      }
    }
    return new FlatProduct(rows, cols, level, scale);
  }

  @Override
  public FloatMatrix of(FloatMatrix x, Compute compute) {
    BlockProduct.requireCols(x, cols);
    InputCodes inputs = InputCodes.bytes(x);
    LaneProduct product = (row, token, lane) -> dot(row, inputs, token, lane);
    return product.all(x.rows(), rows, compute);
  }

  private float dot(int row, InputCodes inputs, int token, float[] lane) {
    int blocks = cols / inputs.size();
    for (int b = 0; b < blocks; b++) {
      float d = scale[row * blocks + b] * inputs.scale()[token * blocks + b];
      int w = row * cols + b * inputs.size();
      int x = token * cols + b * inputs.size();
      for (int l = 0; l < EightLanes.COUNT; l++) {
        lane[l] = Math.fma(d, four(w + 4 * l, inputs.code(), x + 4 * l), lane[l]);
      }
    }
    return EightLanes.sum(lane);
  }

  private int four(int w, byte[] code, int x) {
    return level[w] * code[x]
        + level[w + 1] * code[x + 1]
        + level[w + 2] * code[x + 2]
        + level[w + 3] * code[x + 3];
  }
}
