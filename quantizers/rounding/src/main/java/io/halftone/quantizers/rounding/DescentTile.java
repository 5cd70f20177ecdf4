package io.halftone.quantizers.rounding;

import io.halftone.core.format.IntFormat;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.kernel.DescentChannel;
import io.halftone.core.kernel.DescentLanes;
import io.halftone.core.kernel.GridLanes;
import io.halftone.core.kernel.Kernels;
import io.halftone.core.quantized.CellRounding;
import io.halftone.core.quantized.GridRounding;
import java.util.Arrays;

/** A few rows of a {@link DescentPoint}, one column at a time. */
final class DescentTile {
  private final NumberFormat format;
  private final CellColumns cells;
  private final int rows;
  private final float[] target;
  private final float[] code;
  private final float[] residual;
  private final float[] value;
  private final float[] nearestCode;
  private final float[] nearest;
  private int column;

  /**
   * Selects no column yet.
   *
   * @param cells of the rows
   * @param target [in, rows]
   * @param code as the target
   * @param residual as the target
   */
  DescentTile(
      NumberFormat format,
      CellColumns cells,
      int rows,
      float[] target,
      float[] code,
      float[] residual) {
    this.format = format;
    this.cells = cells;
    this.rows = rows;
    this.target = target;
    this.code = code;
    this.residual = residual;
    this.value = new float[rows];
    this.nearestCode = new float[rows];
    this.nearest = new float[rows];
  }

  /** Turns to a column of the layer. */
  void select(int column) {
    this.column = column;
    cells.select(column);
  }

  int rows() {
    return rows;
  }

  float[] target() {
    return target;
  }

  float[] code() {
    return code;
  }

  float[] residual() {
    return residual;
  }

  /** Where the selected column begins in targets, codes and residuals. */
  int element() {
    return column * rows;
  }

  /** Room for one value per row. */
  float[] value() {
    return value;
  }

  /** Lanes for descent, of spread 0. */
  DescentLanes lanes() {
    return new DescentLanes(rows, target, code, residual);
  }

  /**
   * {@link Kernels#descend} on the selected column, on any grid.
   *
   * @return whether a code moved
   */
  boolean descend(
      Kernels kernels,
      DescentLanes lanes,
      DescentChannel channel,
      float[] product,
      int from,
      float[] step,
      int to) {
    if (format instanceof IntFormat && cells.haveIntegerZeros()) {
      GridLanes grid =
          new GridLanes(format.minValue(), format.maxValue(), cells.scale(), cells.zero());
      return kernels.descend(lanes, grid, channel, product, from, step, to) > 0;
    }
    Arrays.fill(lanes.doubts(), 0);
    boolean any = false;
    for (int i = 0; i < rows; i++) {
      float scale = cells.scale()[i];
      float zero = cells.zero()[i];
      float p = product[from + i];
      float now = GridRounding.value(format, (int) code[element() + i], scale, zero);
      int nearby = GridRounding.code(format, now + p / channel.diagonal(), scale, zero);
      float reached = GridRounding.value(format, nearby, scale, zero);
      step[to + i] = lanes.move(i, channel, nearby, reached, p);
      any |= step[to + i] != 0;
    }
    return any;
  }

  /** Rounds {@link #value} to {@link #nearestCode} and {@link #nearest}. */
  void round() {
    CellRounding.round(
        format,
        value,
        cells.scale(),
        cells.zero(),
        cells.haveIntegerZeros(),
        rows,
        nearestCode,
        nearest);
  }

  float[] nearestCode() {
    return nearestCode;
  }

  /** The values of {@link #nearestCode}. */
  float[] nearest() {
    return nearest;
  }

  /** Residuals of the selected column from its codes. */
  void formResidual() {
    System.arraycopy(code, element(), nearestCode, 0, rows);
    CellRounding.decode(format, cells.scale(), cells.zero(), rows, nearestCode, nearest);
    setResidual();
  }

  /** Codes nearest to the target in the selected column. */
  void roundTarget() {
    System.arraycopy(target, element(), value, 0, rows);
    round();
    System.arraycopy(nearestCode, 0, code, element(), rows);
    setResidual();
  }

  private void setResidual() {
    int element = element();
    for (int i = 0; i < rows; i++) {
      residual[element + i] = target[element + i] - nearest[i];
    }
  }
}
