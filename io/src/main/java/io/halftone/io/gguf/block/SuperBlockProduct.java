package io.halftone.io.gguf.block;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;

/**
 * Products with super-blocks: in each run of 32 inputs, lane l sums the products 4l to 4l + 3 with
 * the cells' integer scales in them.
 *
 * @param rows of the weight
 * @param cols of a row
 * @param level scale of the cell times what the code stands for, row by row
 * @param scale one per super-block
 * @param minima what is subtracted
 */
record SuperBlockProduct(int rows, int cols, short[] level, float[] scale, Minima minima)
    implements BlockProduct {
  private static final int RUN = 32;

  /**
   * Integer minima of the cells.
   *
   * @param cell inputs that share one, or 0 if there are none
   * @param code one per cell
   * @param unit one per super-block
   */
  record Minima(int cell, byte[] code, float[] unit) {}

  static SuperBlockProduct of(BlockType type, byte[] blocks, int rows, int cols) {
    BlockLayout layout = ((GridCodec) type.codec()).layout();
    BlockType.requireWhole(cols, SuperBlock.SIZE);
    short[] level = new short[Math.multiplyExact(rows, cols)];
    int count = level.length / SuperBlock.SIZE;
    float[] scale = new float[count];
    boolean affine = type == BlockType.Q2_K || type == BlockType.Q4_K;
    Minima minima =
        new Minima(
            affine ? layout.cellSize() : 0, new byte[count * layout.cells()], new float[count]);
    BlockFields fields = new BlockFields(layout);
    for (int b = 0; b < count; b++) {
      layout.unpack(blocks, b * layout.bytes(), fields);
      scale[b] = Half.value(fields.d);
      minima.unit[b] = Half.value(fields.m);
      System.arraycopy(fields.min, 0, minima.code, b * layout.cells(), layout.cells());
      for (int i = 0; i < SuperBlock.SIZE; i++) {
        float unit = layout.levels()[fields.code[i] & 0xff];
        level[b * SuperBlock.SIZE + i] = (short) (fields.scale[i / layout.cellSize()] * (int) unit);
      }
    }
    return new SuperBlockProduct(rows, cols, level, scale, minima);
  }

  @Override
  public FloatMatrix of(FloatMatrix x, Compute compute) {
    BlockProduct.requireCols(x, cols);
    InputCodes inputs = InputCodes.superBlocks(x);
    LaneProduct product = (row, token, lane) -> dot(row, inputs, token, lane);
    return product.all(x.rows(), rows, compute);
  }

  private float dot(int row, InputCodes inputs, int token, float[] lane) {
    int blocks = cols / SuperBlock.SIZE;
    boolean apart = minima.cell == RUN;
    float[] minimum = apart ? new float[EightLanes.COUNT] : lane;
    for (int b = 0; b < blocks; b++) {
      int weights = row * blocks + b;
      int values = token * blocks + b;
      float d = inputs.scale()[values];
      if (minima.cell > 0) {
        subtract(weights, inputs.code(), values, -d * minima.unit[weights], minimum);
      }
      add(weights, inputs.code(), values, d * scale[weights], lane);
    }
    return apart
        ? EightLanes.sum(lane) + (minimum[0] + minimum[2] + (minimum[1] + minimum[3]))
        : EightLanes.sum(lane);
  }

  /** Lane l takes the minima of cells 2l and 2l + 1. */
  private void subtract(int weights, byte[] code, int values, float d, float[] lane) {
    int cells = SuperBlock.SIZE / minima.cell;
    for (int l = 0; l < cells / 2; l++) {
      int sum = 0;
      for (int cell = 2 * l; cell < 2 * l + 2; cell++) {
        int inputs = 0;
        int first = values * SuperBlock.SIZE + cell * minima.cell;
        for (int i = first; i < first + minima.cell; i++) {
          inputs += code[i];
        }
        sum += minima.code[weights * cells + cell] * inputs;
      }
      lane[l] = Math.fma(d, sum, lane[l]);
    }
  }

  private void add(int weights, byte[] code, int values, float d, float[] lane) {
    int w = weights * SuperBlock.SIZE;
    int x = values * SuperBlock.SIZE;
    for (int l = 0; l < EightLanes.COUNT; l++) {
      int sum = 0;
      for (int i = 4 * l; i < SuperBlock.SIZE; i += RUN) {
        sum +=
            level[w + i] * code[x + i]
                + level[w + i + 1] * code[x + i + 1]
                + level[w + i + 2] * code[x + i + 2]
                + level[w + i + 3] * code[x + i + 3];
      }
      lane[l] = Math.fma(d, sum, lane[l]);
    }
  }
}
