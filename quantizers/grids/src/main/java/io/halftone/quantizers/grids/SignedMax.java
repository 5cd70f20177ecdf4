package io.halftone.quantizers.grids;

import io.halftone.core.format.NumberFormat;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Grid;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.spi.GridFitter;
import io.halftone.core.spi.LinearTask;

/**
 * The weight of largest magnitude gets the first code exactly, whatever its sign: scale = w_max /
 * −2^(bits−1), which is negative for a positive w_max.
 *
 * <p>Zero is the middle code firstCode + 2^(bits−1). Of several weights of largest magnitude the
 * first counts. Cost O(out·in).
 *
 * @see <a href="https://github.com/ggml-org/ggml">ggml, reference encoder of Q4_0</a>
 */
public record SignedMax() implements GridFitter {
  @Override
  public Grid fit(LinearTask task, Compute compute) {
    WeightCells cells = WeightCells.ofIntegers(task, compute);
    NumberFormat format = cells.rule().format();
    int side = (format.maxCode() - format.minCode() + 1) / 2;
    float[] scale = new float[cells.layout().count()];
    float[] zero = new float[scale.length];
    cells.forEach(
        (cell, values) -> {
          float extreme = extreme(values);
          float size = cells.store(cell, Math.abs(extreme) / (double) side);
          scale[cell] = extreme > 0 ? -size : size;
          boolean none = cells.rule().kind() == ZeroPoint.NONE;
          zero[cell] =
              none ? 0 : cells.rule().storeZero(extreme == 0 ? 0 : format.minCode() + side);
        });
    return cells.stored(new Grid(cells.layout(), scale, zero));
  }

  private static float extreme(CellValues values) {
    if (values.length() == 0) {
      return 0;
    }
    int smallest = values.indexOfMin();
    int largest = values.indexOfMax();
    float min = values.data()[values.from() + smallest];
    float max = values.data()[values.from() + largest];
    boolean maxComesFirst = largest < smallest;
    return max > -min || (max == -min && maxComesFirst) ? max : min;
  }
}
