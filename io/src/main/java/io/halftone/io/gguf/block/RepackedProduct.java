package io.halftone.io.gguf.block;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;

/**
 * Products with Q4_0 weights that llama.cpp has interleaved by eight rows as it loaded them: a
 * block's products are one integer, and one float32 sum runs over the blocks.
 *
 * @param weight in the order of the file
 */
record RepackedProduct(FlatProduct weight) implements BlockProduct {
  /** Rows that are interleaved. */
  static final int ROWS = 8;

  @Override
  public FloatMatrix of(FloatMatrix x, Compute compute) {
    BlockProduct.requireCols(x, weight.cols());
    InputCodes inputs = InputCodes.bytes(x);
    LaneProduct product = (row, token, lane) -> dot(row, inputs, token);
    return product.all(x.rows(), weight.rows(), compute);
  }

  private float dot(int row, InputCodes inputs, int token) {
    int blocks = weight.cols() / inputs.size();
    float sum = 0;
    for (int b = 0; b < blocks; b++) {
      int w = (row * blocks + b) * inputs.size();
      int x = (token * blocks + b) * inputs.size();
      int products = 0;
      for (int i = 0; i < inputs.size(); i++) {
        products += weight.level()[w + i] * inputs.code()[x + i];
      }
      float d = weight.scale()[row * blocks + b] * inputs.scale()[token * blocks + b];
      sum = Math.fma(products, d, sum);
    }
    return sum;
  }
}
