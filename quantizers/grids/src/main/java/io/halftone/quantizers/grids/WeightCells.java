package io.halftone.quantizers.grids;

import io.halftone.core.format.IntFormat;
import io.halftone.core.kernel.Compute;
import io.halftone.core.kernel.Kernels;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.NestedScales;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.tensor.FloatMatrix;

/** A task's weight, cell by cell. */
final class WeightCells {
  private final LinearTask task;
  private final Compute compute;
  private final CellLayout layout;
  private final RangeRule rule;

  private WeightCells(LinearTask task, Compute compute, RangeRule rule) {
    this.task = task;
    this.compute = compute;
    this.layout = task.layout();
    this.rule = rule;
  }

  /**
   * The cells of a weight that the scheme's grid can represent.
   *
   * @throws QuantizationException naming the first weight that is not finite, or negative under an
   *     unsigned format without zero point
   * @throws IllegalArgumentException if the scheme has no such grid
   */
  static WeightCells of(LinearTask task, Compute compute) {
    RangeRule rule = RangeRule.of(task.scheme().weight());
    task.requireFiniteWeight(compute);
    if (rule.kind() == ZeroPoint.NONE && rule.format().minValue() == 0) {
      requireNoNegative(task);
    }
    return new WeightCells(task, compute, rule);
  }

  /**
   * The cells of a weight whose codes are integers.
   *
   * @throws QuantizationException as {@link #of}
   * @throws IllegalArgumentException if codes are not integers, or as {@link #of}
   */
  static WeightCells ofIntegers(LinearTask task, Compute compute) {
    WeightCells cells = of(task, compute);
    if (!(cells.rule.format() instanceof IntFormat)) {
      throw new IllegalArgumentException(
          "the grid is one of integers, the scheme asks for " + cells.rule.format().name());
    }
    return cells;
  }

  private static void requireNoNegative(LinearTask task) {
    float[] data = task.weight().data();
    for (int i = 0; i < data.length; i++) {
      if (data[i] < 0) {
        throw new QuantizationException(
            task.name(),
            "weight at row "
                + i / task.in()
                + ", column "
                + i % task.in()
                + " is "
                + data[i]
                + ", an unsigned format without zero point starts at 0");
      }
    }
  }

  CellLayout layout() {
    return layout;
  }

  RangeRule rule() {
    return rule;
  }

  /** The weights of a cell. */
  CellValues values(int cell) {
    FloatMatrix weight = task.weight();
    int row = firstRow(cell);
    int col = firstCol(cell);
    int rows = Math.min(layout.cellRows(), layout.rows() - row);
    int cols = Math.min(layout.cellCols(), layout.cols() - col);
    if (rows == 1 || cols == layout.cols()) {
      return new CellValues(weight.data(), weight.offset(row) + col, rows * cols);
    }
    float[] gathered = new float[rows * cols];
    for (int r = 0; r < rows; r++) {
      System.arraycopy(weight.data(), weight.offset(row + r) + col, gathered, r * cols, cols);
    }
    return new CellValues(gathered, 0, gathered.length);
  }

  /** One value per column, repeated for every element of a cell. */
  CellValues perElement(float[] perColumn, int cell) {
    int row = firstRow(cell);
    int col = firstCol(cell);
    int rows = Math.min(layout.cellRows(), layout.rows() - row);
    int cols = Math.min(layout.cellCols(), layout.cols() - col);
    if (rows == 1) {
      return new CellValues(perColumn, col, cols);
    }
    float[] repeated = new float[rows * cols];
    for (int r = 0; r < rows; r++) {
      System.arraycopy(perColumn, col, repeated, r * cols, cols);
    }
    return new CellValues(repeated, 0, repeated.length);
  }

  private int firstRow(int cell) {
    return cell / layout.cellsPerRow() * layout.cellRows();
  }

  private int firstCol(int cell) {
    return cell % layout.cellsPerRow() * layout.cellCols();
  }

  /** The range of every cell, its smallest and largest weight. */
  Ranges ranges() {
    Ranges ranges = Ranges.zeros(layout.count());
    Kernels kernels = compute.kernels();
    forEach(
        (cell, values) ->
            kernels.range(
                values.data(), values.from(), values.length(), ranges.min(), ranges.max(), cell));
    return ranges;
  }

  /** Visits every cell, in parallel; the action writes to places of its cell only. */
  void forEach(CellAction action) {
    compute.parallel(layout.count(), cell -> action.accept(cell, values(cell)));
  }

  /** The grid whose cells cover the given ranges. */
  Grid grid(Ranges ranges) {
    float[] scale = new float[layout.count()];
    float[] zero = new float[layout.count()];
    compute.parallel(
        scale.length,
        cell -> {
          float min = ranges.min()[cell];
          float max = ranges.max()[cell];
          scale[cell] = store(cell, rule.step(min, max));
          zero[cell] = rule.zero(min, max, scale[cell]);
        });
    return new Grid(layout, scale, zero);
  }

  /**
   * The step of a cell as stored.
   *
   * @throws QuantizationException naming the cell if the step is beyond the storage's range
   */
  float store(int cell, double step) {
    try {
      return rule.store(step);
    } catch (IllegalArgumentException e) {
      throw new QuantizationException(
          task.name(),
          "cell at row " + firstRow(cell) + ", column " + firstCol(cell) + ": " + e.getMessage(),
          e);
    }
  }

  /** The step of a cell as stored, the largest that can be where it is beyond the range. */
  float storeAtMost(int cell, double step) {
    ScaleSpec.Stored storage = (ScaleSpec.Stored) rule.storage();
    return store(cell, Math.min(step, storage.format().maxValue()));
  }

  /**
   * A grid as the scheme stores it: nested scales are rounded together, others are stored already.
   * The scale of a cell of zeros has no say in the outer numbers.
   *
   * @param wanted its arrays are taken over
   * @throws QuantizationException if nested scales are beyond the range of their storage
   */
  Grid stored(Grid wanted) {
    if (!(task.scheme().weight().scale() instanceof ScaleSpec.Nested nested)) {
      return wanted;
    }
    forEach(
        (cell, values) -> {
          if (values.areZero()) {
            wanted.scale()[cell] = 0;
          }
        });
    try {
      return Grid.nested(NestedScales.fit(nested, layout, wanted.scale()), wanted.zero());
    } catch (IllegalArgumentException e) {
      throw new QuantizationException(task.name(), e.getMessage(), e);
    }
  }

  /**
   * Checks that the grid is one scale per cell and no more.
   *
   * @throws IllegalArgumentException if the scheme asks for zero points or nested scales
   */
  void requireOneScalePerCell() {
    ScaleSpec scale = task.scheme().weight().scale();
    if (rule.kind() != ZeroPoint.NONE || scale instanceof ScaleSpec.Nested) {
      throw new IllegalArgumentException(
          "the grid has one scale per cell, the scheme asks for zero points "
              + rule.kind()
              + " and scales "
              + scale);
    }
  }

  /** What is done with a cell. */
  interface CellAction {
    void accept(int cell, CellValues values);
  }

  /** The smallest and the largest value per cell. */
  record Ranges(float[] min, float[] max) {
    static Ranges zeros(int cells) {
      return new Ranges(new float[cells], new float[cells]);
    }

    /** The largest magnitude of a cell. */
    float magnitude(int cell) {
      return Math.max(Math.abs(min[cell]), Math.abs(max[cell]));
    }
  }
}
