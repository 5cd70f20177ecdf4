package io.halftone.core.quantized;

import io.halftone.core.scheme.CellLayout;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.Timing;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.tensor.FloatMatrix;

/**
 * Rounds a layer's input at run time: symmetric, one scale per cell from the cell's largest
 * magnitude.
 */
public final class InputRounding {
  /** Smallest scale, so that a cell of zeros stays zero: the smallest positive normal float. */
  public static final float MIN_SCALE = Float.MIN_NORMAL;

  private InputRounding() {}

  /**
   * The values a runtime multiplies with.
   *
   * <p>scale = max(max|x| / maxCode, {@link #MIN_SCALE}) per cell, x̂ = nearest(x / scale) * scale.
   *
   * @param scheme full, or dynamic and without zero point
   * @param x [tokens, in], read
   * @return x itself when the scheme is full, else a new matrix
   * @throws IllegalArgumentException if the scheme is of another kind
   */
  public static FloatMatrix apply(TensorScheme scheme, FloatMatrix x) {
    if (scheme.isFull()) {
      return x;
    }
    if (scheme.timing() != Timing.DYNAMIC || scheme.zeroPoint() != ZeroPoint.NONE) {
      throw new IllegalArgumentException(
          "input scheme " + scheme + ": only dynamic symmetric inputs are supported");
    }
    CellLayout layout = scheme.granularity().layout(x.rows(), x.cols());
    float[] scale = new float[layout.count()];
    for (int t = 0; t < x.rows(); t++) {
      for (int c = 0; c < x.cols(); c++) {
        int cell = layout.cell(t, c);
        scale[cell] = Math.max(scale[cell], Math.abs(x.data()[x.offset(t) + c]));
      }
    }
    float maxValue = scheme.format().maxValue();
    for (int i = 0; i < scale.length; i++) {
      scale[i] = Math.max(scale[i] / maxValue, MIN_SCALE);
    }
    FloatMatrix rounded = FloatMatrix.zeros(x.rows(), x.cols());
    for (int t = 0; t < x.rows(); t++) {
      for (int c = 0; c < x.cols(); c++) {
        rounded.data()[x.offset(t) + c] =
            GridRounding.nearest(
                scheme.format(), x.data()[x.offset(t) + c], scale[layout.cell(t, c)], 0);
      }
    }
    return rounded;
  }
}
