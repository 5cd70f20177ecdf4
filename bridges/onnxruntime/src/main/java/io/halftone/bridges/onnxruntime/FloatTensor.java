package io.halftone.bridges.onnxruntime;

import java.util.Arrays;

/**
 * A float32 tensor of any rank that a model returned.
 *
 * @param shape extents, shared
 * @param data row-major values, shared; as many as the product of the extents
 */
public record FloatTensor(int[] shape, float[] data) {
  /** Validates that the values fill the shape. */
  public FloatTensor {
    long size = 1;
    for (int extent : shape) {
      size *= extent;
    }
    if (size != data.length) {
      throw new IllegalArgumentException(
          "data has "
              + data.length
              + " values, shape "
              + Arrays.toString(shape)
              + " needs "
              + size);
    }
  }

  /** Number of extents. */
  public int rank() {
    return shape.length;
  }

  /** Length of the last extent; 1 for a scalar. */
  public int channels() {
    return shape.length == 0 ? 1 : shape[shape.length - 1];
  }
}
