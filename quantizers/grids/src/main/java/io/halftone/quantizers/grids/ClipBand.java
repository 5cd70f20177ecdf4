package io.halftone.quantizers.grids;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Grid;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.stats.GramMatrix;
import io.halftone.core.stats.Statistics;
import io.halftone.core.tensor.FloatMatrix;
import java.util.Arrays;

/**
 * The cells above each other in one band of input channels, whose output errors share one block of
 * the Gram matrix.
 */
final class ClipBand {
  private final LinearTask task;
  private final CellLayout layout;
  private final WeightCells.Ranges ranges;
  private final int band;
  private final Compute compute;
  private final int firstCol;
  private final int cells;
  private final FloatMatrix gram;
  private final FloatMatrix delta;
  private final float[] scale;
  private final float[] zero;

  ClipBand(
      LinearTask task, CellLayout layout, WeightCells.Ranges ranges, int band, Compute compute) {
    this.task = task;
    this.layout = layout;
    this.ranges = ranges;
    this.band = band;
    this.compute = compute;
    this.firstCol = band * layout.cellCols();
    int cols = Math.min(layout.cellCols(), layout.cols() - firstCol);
    this.cells = layout.count() / layout.cellsPerRow();
    GramMatrix all = task.stats().get(Statistics.GRAM);
    this.gram = Statistics.GRAM.channels(all, firstCol, firstCol + cols).sum().toFloat();
    this.delta = FloatMatrix.zeros(layout.rows(), cols);
    this.scale = new float[cells];
    this.zero = new float[cells];
  }

  /**
   * Tries every candidate on all cells of the band.
   *
   * @param best read and written at the band's cells; holds the plain ranges before
   */
  void search(RangeSearch candidates, Grid best) {
    for (int i = 0; i < cells; i++) {
      scale[i] = best.scale()[cell(i)];
      zero[i] = best.zero()[cell(i)];
    }
    double[] smallest = errors();
    requireFinite(smallest);
    for (int candidate = 1; candidate < candidates.steps(); candidate++) {
      shrink(candidates.rule(), candidates.kept(candidate));
      double[] errors = errors();
      for (int i = 0; i < cells; i++) {
        if (errors[i] < smallest[i]) {
          smallest[i] = errors[i];
          best.scale()[cell(i)] = scale[i];
          best.zero()[cell(i)] = zero[i];
        }
      }
    }
  }

  private int cell(int i) {
    return i * layout.cellsPerRow() + band;
  }

  private void shrink(RangeRule rule, double kept) {
    for (int i = 0; i < cells; i++) {
      float min = (float) (kept * ranges.min()[cell(i)]);
      float max = (float) (kept * ranges.max()[cell(i)]);
      scale[i] = rule.store(rule.step(min, max));
      zero[i] = rule.zero(min, max, scale[i]);
    }
  }

  /** δ·G·δᵀ of every cell on its current scale and zero point, in units of the cell. */
  private double[] errors() {
    int cols = delta.cols();
    compute.parallel(
        layout.rows(),
        row -> {
          int i = row / layout.cellRows();
          float unit = Residuals.unit(ranges.magnitude(cell(i)));
          int from = task.weight().offset(row) + firstCol;
          Residuals.fill(
              task.scheme().weight().format(),
              scale[i],
              zero[i],
              unit,
              task.weight().data(),
              from,
              delta.data(),
              delta.offset(row),
              cols);
        });
    FloatMatrix product = compute.algebra().multiply(delta, gram);
    double[] errors = new double[cells];
    for (int row = 0; row < layout.rows(); row++) {
      int from = delta.offset(row);
      errors[row / layout.cellRows()] +=
          compute.kernels().dot(product.data(), from, delta.data(), from, cols);
    }
    return errors;
  }

  private void requireFinite(double[] errors) {
    int bad = (int) Arrays.stream(errors).takeWhile(Double::isFinite).count();
    if (bad < errors.length) {
      throw new QuantizationException(
          task.name(),
          "output error of the cell at row "
              + bad * layout.cellRows()
              + ", column "
              + firstCol
              + " is "
              + errors[bad]
              + ", the Gram matrix must be finite and within float32");
    }
  }
}
