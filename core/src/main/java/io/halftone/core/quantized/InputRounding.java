package io.halftone.core.quantized;

import io.halftone.core.scheme.CellLayout;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.Timing;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.tensor.FloatMatrix;

/**
 * Rounds a tensor as a runtime does: a layer's input, or keys and values on their way into a cache.
 *
 * <p>Dynamic cells take their scale from their own range, times the scheme's clip ratio. A static
 * tensor arrives in steps of its grid, because whatever writes it has taken the steps into its own
 * weights; it is rounded to the format's nearest values as it is.
 */
public final class InputRounding {
  /** Smallest scale, so that a cell of zeros stays zero: the smallest positive normal float. */
  public static final float MIN_SCALE = Float.MIN_NORMAL;

  private InputRounding() {}

  /**
   * The values a runtime multiplies with.
   *
   * @param scheme full; static without zero point; or dynamic without zero point, where scale =
   *     max(clip·max|x| / maxCode, {@link #MIN_SCALE}), or with an offset, where scale = clip·(max
   *     − min) / (maxCode − minCode) and the offset puts the middle of the codes on that of the
   *     range
   * @param x [tokens, channels], read
   * @return x itself when the scheme is full, else a new matrix
   * @throws IllegalArgumentException if the scheme is of another kind, or a value is not finite
   */
  public static FloatMatrix apply(TensorScheme scheme, FloatMatrix x) {
    if (scheme.isFull()) {
      return x;
    }
    FloatMatrix rounded = FloatMatrix.zeros(x.rows(), x.cols());
    if (scheme.timing() == Timing.STATIC && scheme.zeroPoint() == ZeroPoint.NONE) {
      for (int i = 0; i < rounded.data().length; i++) {
        rounded.data()[i] = GridRounding.nearest(scheme.format(), x.data()[i], 1, 0);
      }
      return rounded;
    }
    CellLayout layout = scheme.granularity().layout(x.rows(), x.cols());
    for (int row = 0; row < x.rows(); row += layout.cellRows()) {
      for (int col = 0; col < x.cols(); col += layout.cellCols()) {
        RangeCell.of(scheme, layout, x, row, col).round(x, rounded);
      }
    }
    return rounded;
  }
}
