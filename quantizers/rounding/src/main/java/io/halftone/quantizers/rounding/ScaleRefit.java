package io.halftone.quantizers.rounding;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.spi.LayerSize;
import io.halftone.core.spi.LinearQuantizer;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.stats.Statistic;
import io.halftone.core.tensor.SquareMatrix;
import java.util.Objects;
import java.util.Set;

/**
 * Moves scales and zero points to where they suit the codes, and codes to where they suit the
 * scales, in turn.
 *
 * <p>For fixed codes the output error tr((W − Ŵ)·G·(W − Ŵ)ᵀ) is a square function of a cell's scale
 * s: with k = code − zero and R the residual without the cell, s = (R·G·k) / (k·G·k) is its
 * minimum. It is stored as the scheme says, integer zero points are tried one step up and down, and
 * a move is made only if the error falls; then {@link QuantEase} sweeps follow on the new grid. The
 * error never rises. Cost per round O(out·in²) in double and O(out·in²) per sweep.
 *
 * @param inner gives the first codes and grid; must return one branch of codes on a grid
 * @param rounds of refit and sweeps, at least 1; stops earlier when a round changes nothing
 * @param sweeps of coordinate descent after each refit, 0 for none
 * @see <a href="https://arxiv.org/abs/2309.01885">Behdin et al., QuantEase, 2023, for the descent
 *     over codes</a>
 */
public record ScaleRefit(LinearQuantizer inner, int rounds, int sweeps) implements LinearQuantizer {
  /** Validates the parameters. */
  public ScaleRefit {
    Objects.requireNonNull(inner, "inner");
    if (rounds < 1 || sweeps < 0) {
      throw new IllegalArgumentException(
          "rounds is "
              + rounds
              + ", must be at least 1; sweeps is "
              + sweeps
              + ", must not be negative");
    }
  }

  @Override
  public Set<Statistic<?>> requires() {
    return LayerGram.with(inner.requires());
  }

  /**
   * Quantizes a layer.
   *
   * @throws QuantizationException if the inner result is not one branch of codes on a grid with a
   *     scale per cell, or the Gram matrix is zero or not finite
   */
  @Override
  public QuantizedLinear quantize(LinearTask task, Compute compute) {
    SquareMatrix exact = LayerGram.of(task, compute);
    DescentGram gram = DescentGram.of(exact, compute);
    QuantizedLinear first = inner.quantize(task, compute);
    GridTensor tensor = SingleGrid.of(first);
    requireScalesPerCell(task.name(), tensor.scheme());
    boolean settled = false;
    for (int round = 0; round < rounds && !settled; round++) {
      GridRefit refit = new GridRefit(task.weight(), exact, tensor, compute).run();
      settled = !refit.hasMoved();
      GridTensor moved = settled ? tensor : refit.on(tensor);
      tensor = new CoordinateDescent(task.weight(), gram, moved, compute).run(sweeps);
    }
    return SingleGrid.with(first, tensor);
  }

  /**
   * G in float, and beside it the largest of: what the inner quantizer takes; a refit, with the
   * residuals in double and, at first, decoded weights; descent. The first codes and those before a
   * round stay until its end.
   */
  @Override
  public long workingBytes(LayerSize layer) {
    long held = 2 * (Short.BYTES * layer.weights() + layer.gridBytes());
    long refit = (Double.BYTES + Float.BYTES) * layer.weights();
    long round = held + Math.max(refit, CoordinateDescent.workingBytes(layer));
    return Float.BYTES * layer.square() + Math.max(inner.workingBytes(layer), round);
  }

  private static void requireScalesPerCell(String layer, TensorScheme scheme) {
    if (!(scheme.scale() instanceof ScaleSpec.Stored) || scheme.zeroPoint() == ZeroPoint.OFFSET) {
      throw new QuantizationException(
          layer,
          "scales stored as "
              + scheme.scale()
              + " with "
              + scheme.zeroPoint()
              + " zero points cannot be moved cell by cell");
    }
  }
}
