package io.halftone.io.gguf.block;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;

/**
 * Products with a weight of floats: lane l sums what stands at 8k + l.
 *
 * @param weight decoded
 * @param inputs how they are rounded
 */
record FloatProduct(FloatMatrix weight, InputRounding inputs) implements BlockProduct {
  /** The weight's rows come in so many. */
  static final int ROWS = 4;

  static FloatProduct of(BlockType type, byte[] blocks, int rows, int cols) {
    BlockType.requireWhole(cols, EightLanes.COUNT);
    float[] decoded = new float[Math.multiplyExact(rows, cols)];
    type.codec().decode(blocks, 0, decoded, 0, decoded.length);
    return new FloatProduct(FloatMatrix.wrap(decoded, rows, cols), InputRounding.of(type));
  }

  @Override
  public FloatMatrix of(FloatMatrix x, Compute compute) {
    BlockProduct.requireCols(x, weight.cols());
    FloatMatrix rounded = inputs.apply(x);
    LaneProduct product = (row, token, lane) -> dot(row, rounded, token, lane);
    return product.all(x.rows(), weight.rows(), compute);
  }

  private float dot(int row, FloatMatrix x, int token, float[] lane) {
    int a = weight.offset(row);
    int b = x.offset(token);
    for (int c = 0; c < weight.cols(); c += EightLanes.COUNT) {
      for (int l = 0; l < EightLanes.COUNT; l++) {
        lane[l] = Math.fma(weight.data()[a + c + l], x.data()[b + c + l], lane[l]);
      }
    }
    return EightLanes.sum(lane);
  }
}
