package io.halftone.quantizers.rounding;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.spi.GridFitter;
import io.halftone.core.spi.LayerSize;
import io.halftone.core.spi.LinearQuantizer;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.stats.Statistic;
import io.halftone.core.tensor.SquareMatrix;
import io.halftone.core.transform.Permutation;
import java.util.Objects;
import java.util.Set;

/**
 * Quantizes columns in order, moving each column's rounding error to the columns not yet quantized.
 *
 * <p>Minimises tr((W − Ŵ)·G·(W − Ŵ)ᵀ) greedily. With G + λ·mean(diag G)·I = U·diag(d)·Uᵀ, U unit
 * upper triangular, column j becomes ŵ[j] = Q(w[j] + Σ_{i &lt; j} (w[i] − ŵ[i])·U[i, j]), and the
 * damped objective ends at Σ d[j]·‖t[j] − ŵ[j]‖², t[j] being the argument of Q. Cost in³/3
 * operations for the factor and out·in² for the feedback; memory, beside weight and G, half of G in
 * double and then in float, one copy of the weight and its codes.
 *
 * <p>Differs: GPTQ inverts the Gram matrix and updates all remaining columns eagerly; the factor
 * above gives the same codes without an inverse (the form of LDLQ). Channels that were never active
 * keep their weights, rounded to nearest, where GPTQ's reference sets them to zero. When the damped
 * matrix cannot be factored, λ is multiplied by 10 up to 1 and the outcome says so; rounding to
 * nearest never stands in.
 *
 * @param damping λ as a fraction of mean(diag G), in (0, 1]; the paper uses 0.01
 * @param blockSize columns between two matrix products, at least 1, of which {@value
 *     ColumnBlocks#MOST} are used at most; changes speed only; the paper uses 128
 * @param order of the columns; codes are returned in the layer's own order
 * @param groups when grids are fitted; schemes without groups have theirs fitted before the first
 *     column either way
 * @param grid fits scales and zero points
 * @see <a href="https://arxiv.org/abs/2210.17323">Frantar et al., GPTQ, 2022, algorithm 1</a>
 * @see <a href="https://arxiv.org/abs/2307.13304">Chee et al., QuIP, 2023: GPTQ equals LDLQ</a>
 */
public record Gptq(
    double damping, int blockSize, ColumnOrder order, GroupFit groups, GridFitter grid)
    implements LinearQuantizer {
  /** Elements a row by which the factor's panels and tiles reach beyond the diagonal. */
  private static final long FACTOR_EDGE = 128;

  /**
   * Validates the parameters.
   *
   * @throws IllegalArgumentException if a number is out of range, or if groups would have to be
   *     fitted while their columns are taken in another order: those groups would not be
   *     consecutive columns of the stored weight
   */
  public Gptq {
    Objects.requireNonNull(order, "order");
    Objects.requireNonNull(groups, "groups");
    Objects.requireNonNull(grid, "grid");
    if (!(damping > 0 && damping <= 1)) {
      throw new IllegalArgumentException("damping is " + damping + ", must be in (0, 1]");
    }
    if (blockSize < 1) {
      throw new IllegalArgumentException("blockSize is " + blockSize + ", must be at least 1");
    }
    if (order == ColumnOrder.ACTIVATION && groups == GroupFit.ON_THE_WAY) {
      throw new IllegalArgumentException(
          "order ACTIVATION needs groups STATIC: a group fitted on the way would not be consecutive columns");
    }
  }

  @Override
  public Set<Statistic<?>> requires() {
    return LayerGram.with(grid.requires());
  }

  /**
   * Quantizes a layer.
   *
   * @throws QuantizationException if the Gram matrix is zero, not finite, or not positive definite
   *     with λ = 1
   */
  @Override
  public QuantizedLinear quantize(LinearTask task, Compute compute) {
    task.requireFiniteWeight(compute);
    SquareMatrix gram = LayerGram.of(task, compute);
    Permutation permutation = order.of(gram);
    FeedbackFactor factor = FeedbackFactor.of(task.name(), gram, permutation, damping, compute);
    boolean onTheWay =
        groups == GroupFit.ON_THE_WAY
            && task.scheme().weight().granularity() instanceof Granularity.PerGroup;
    ColumnBlocks blocks =
        ColumnBlocks.of(task.in(), onTheWay ? task.layout().cellCols() : 1, blockSize);
    ErrorFeedback feedback = new ErrorFeedback(task, permutation, factor.upper(), blocks, compute);
    Grid fitted = onTheWay ? sweepFitting(task, feedback, compute) : sweep(task, feedback, compute);
    return task.single(fitted, feedback.codes(), factor.outcome());
  }

  /**
   * The larger of two phases. While the factor is made: its half in double, then the same in float
   * beside it. While columns are quantized: the factor in float, packed errors, codes and the grid,
   * and where groups are fitted on the way a block of columns twice, compensated and their errors.
   */
  @Override
  public long workingBytes(LayerSize layer) {
    long upper = Float.BYTES * (layer.square() / 2 + FACTOR_EDGE * layer.in());
    long factor = Double.BYTES * (layer.square() / 2 + FACTOR_EDGE * layer.in()) + upper;
    int block = Math.min(blockSize, ColumnBlocks.MOST);
    long open = groups == GroupFit.ON_THE_WAY ? 2 * Float.BYTES * layer.out() * block : 0;
    long packed = Float.BYTES * TilePanels.length(layer, block);
    long codes = Short.BYTES * layer.weights();
    return Math.max(factor, upper + packed + codes + open + grid.workingBytes(layer));
  }

  private Grid sweep(LinearTask task, ErrorFeedback feedback, Compute compute) {
    Grid fitted = grid.fit(task, compute);
    CellTiles cells = new CellTiles(task.layout(), fitted.scale(), fitted.zero());
    feedback.round(0, task.in(), cells);
    return fitted;
  }

  private Grid sweepFitting(LinearTask task, ErrorFeedback feedback, Compute compute) {
    CellLayout layout = task.layout();
    int width = layout.cellCols();
    float[] scale = new float[layout.count()];
    float[] zero = new float[layout.count()];
    CellTiles cells = new CellTiles(layout, scale, zero);
    for (int from = 0; from < task.in(); from += width) {
      int to = Math.min(task.in(), from + width);
      Grid group = grid.fit(task.channels(feedback.preview(from, to), from, to), compute);
      for (int r = 0; r < task.out(); r++) {
        scale[layout.cell(r, from)] = group.scale()[r];
        zero[layout.cell(r, from)] = group.zero()[r];
      }
      feedback.round(from, to, cells);
    }
    return new Grid(layout, scale, zero);
  }
}
