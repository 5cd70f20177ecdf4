package io.halftone.quantizers.rounding;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.spi.LayerSize;
import io.halftone.core.tensor.FloatMatrix;

/**
 * Cyclic coordinate descent on tr(R·G·Rᵀ), R = target − Ŵ, over the codes of a fixed grid.
 *
 * <p>The first sweep looks at all codes at the cost of one matrix product, later ones cost in
 * proportion to the codes that still change. A code changes only if the objective falls: float
 * arithmetic decides where its error bound permits, else the change is computed in double. Rows are
 * independent. Channels that were never active are rounded to nearest.
 */
final class CoordinateDescent {
  private final FloatMatrix target;
  private final DescentGram gram;
  private final GridTensor start;
  private final Compute compute;

  /**
   * Starts from a feasible point.
   *
   * @param target [out, in], read
   * @param start codes and grid, read
   */
  CoordinateDescent(FloatMatrix target, DescentGram gram, GridTensor start, Compute compute) {
    this.target = target;
    this.gram = gram;
    this.start = start;
    this.compute = compute;
  }

  /**
   * Bytes of a run at its peak, its result among them: codes where the full sweep ended and those
   * after, residuals, products, and of the rows whose products are formed residuals and products
   * once more. The full sweep holds as much: target, codes and residuals in float, these once more
   * in panels, codes at its end. The panels are one array, which takes its place in one piece, so
   * half of it is counted again.
   */
  static long workingBytes(LayerSize layer) {
    return (2 * Short.BYTES + 3 * Float.BYTES) * layer.weights()
        + Float.BYTES
            * (3 * TilePanels.length(layer, ColumnSweep.BLOCK) / 2
                + IncrementalSweeps.BLOCK * layer.out()
                + 2 * layer.cells());
  }

  /**
   * Where a full sweep ended.
   *
   * @param active rows that it changed; the others are finished
   */
  private record Reached(GridTensor tensor, int[] active) {}

  /**
   * Runs sweeps until the given number is reached or nothing changes.
   *
   * @param sweeps 0 to stay at the start
   * @return the codes reached, in the form of the start
   */
  GridTensor run(int sweeps) {
    if (sweeps == 0) {
      return start;
    }
    DescentPoint point = point();
    return settle(fullSweep(point, sweep(point)), sweeps - 1);
  }

  /**
   * Leaves the start by {@link Relaxation}, then runs sweeps.
   *
   * @param sweeps at least 1
   * @return the codes reached, in the form of the start
   */
  GridTensor runRelaxed(int sweeps) {
    DescentPoint point = point();
    ColumnSweep sweep = sweep(point);
    Relaxation.of(point, gram, sweep);
    return settle(fullSweep(point, sweep), sweeps - 1);
  }

  private DescentPoint point() {
    return new DescentPoint(target, start, compute);
  }

  private ColumnSweep sweep(DescentPoint point) {
    return new ColumnSweep(gram.rounded(), point, compute);
  }

  private Reached fullSweep(DescentPoint point, ColumnSweep sweep) {
    int[] changed = new FullSweep(gram, point, sweep, compute).run();
    return new Reached(point.reached(), changed);
  }

  private GridTensor settle(Reached reached, int sweeps) {
    return sweeps == 0 || reached.active().length == 0
        ? reached.tensor()
        : new IncrementalSweeps(target, gram, reached.tensor(), reached.active(), compute)
            .run(sweeps);
  }
}
