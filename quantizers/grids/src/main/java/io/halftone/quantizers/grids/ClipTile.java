package io.halftone.quantizers.grids;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Grid;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.tensor.FloatMatrix;

/**
 * A few cells above each other in one band of input channels: their output errors share one block
 * of the Gram matrix, and everything a search over their ranges touches stays in the cache.
 */
final class ClipTile {
  private final LinearTask task;
  private final CellLayout layout;
  private final WeightCells.Ranges ranges;
  private final Compute compute;
  private final FloatMatrix gram;
  private final int band;
  private final int firstCell;
  private final FloatMatrix delta;
  private final float[] scale;
  private final float[] zero;

  /**
   * Prepares a search.
   *
   * @param gram G of the band's channels
   * @param firstCell of the band, counted from the top
   * @param cells number of cells
   */
  ClipTile(
      LinearTask task,
      WeightCells.Ranges ranges,
      FloatMatrix gram,
      int band,
      int firstCell,
      int cells,
      Compute compute) {
    this.task = task;
    this.layout = task.layout();
    this.ranges = ranges;
    this.compute = compute;
    this.gram = gram;
    this.band = band;
    this.firstCell = firstCell;
    int rows = Math.min(layout.rows() - firstRow(), cells * layout.cellRows());
    this.delta = FloatMatrix.zeros(rows, gram.rows());
    this.scale = new float[cells];
    this.zero = new float[cells];
  }

  /**
   * Tries every candidate on all cells.
   *
   * @param best read and written at the tile's cells; holds the plain ranges before
   * @throws QuantizationException if the error of the plain range is not finite; names the cell
   */
  void search(RangeSearch candidates, Grid best) {
    for (int i = 0; i < scale.length; i++) {
      scale[i] = best.scale()[cell(i)];
      zero[i] = best.zero()[cell(i)];
    }
    double[] smallest = errors();
    requireFinite(smallest);
    for (int candidate = 1; candidate < candidates.steps(); candidate++) {
      shrink(candidates.rule(), candidates.kept(candidate));
      double[] errors = errors();
      for (int i = 0; i < scale.length; i++) {
        if (errors[i] < smallest[i]) {
          smallest[i] = errors[i];
          best.scale()[cell(i)] = scale[i];
          best.zero()[cell(i)] = zero[i];
        }
      }
    }
  }

  private int firstRow() {
    return firstCell * layout.cellRows();
  }

  private int cell(int i) {
    return (firstCell + i) * layout.cellsPerRow() + band;
  }

  private void shrink(RangeRule rule, double kept) {
    for (int i = 0; i < scale.length; i++) {
      float min = (float) (kept * ranges.min()[cell(i)]);
      float max = (float) (kept * ranges.max()[cell(i)]);
      scale[i] = rule.store(rule.step(min, max));
      zero[i] = rule.zero(min, max, scale[i]);
    }
  }

  /** δ·G·δᵀ of every cell on its current scale and zero point, in units of the cell. */
  private double[] errors() {
    int cols = delta.cols();
    for (int row = 0; row < delta.rows(); row++) {
      int i = row / layout.cellRows();
      Residuals.fill(
          task.scheme().weight().format(),
          scale[i],
          zero[i],
          Residuals.unit(ranges.magnitude(cell(i))),
          task.weight().data(),
          task.weight().offset(firstRow() + row) + band * layout.cellCols(),
          delta.data(),
          delta.offset(row),
          cols);
    }
    FloatMatrix product = compute.algebra().multiply(delta, gram);
    double[] errors = new double[scale.length];
    for (int row = 0; row < delta.rows(); row++) {
      int from = delta.offset(row);
      errors[row / layout.cellRows()] +=
          compute.kernels().dot(product.data(), from, delta.data(), from, cols);
    }
    return errors;
  }

  private void requireFinite(double[] errors) {
    for (int i = 0; i < errors.length; i++) {
      if (!Double.isFinite(errors[i])) {
        throw new QuantizationException(
            task.name(),
            "output error of the cell at row "
                + (firstCell + i) * layout.cellRows()
                + ", column "
                + band * layout.cellCols()
                + " is "
                + errors[i]
                + ", the Gram matrix must be finite and within float32");
      }
    }
  }
}
