package io.halftone.quantizers.rounding;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Codes;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.GridRounding;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.Outcome;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.spi.GridFitter;
import io.halftone.core.spi.LayerSize;
import io.halftone.core.spi.LinearQuantizer;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.stats.Statistic;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;
import io.halftone.core.tensor.SquareMatrix;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;

/**
 * Learns for every weight whether to round down or up, by gradient descent on the output error.
 *
 * <p>Minimises tr((W − Ŵ)·G·(W − Ŵ)ᵀ) + λ·Σ scale²·G[j, j]·(1 − |2h − 1|^β) over h =
 * clip(1.2·sigmoid(v) − 0.1, 0, 1), with Ŵ = (⌊w/scale⌋ + h + zero, clamped, − zero)·scale, by
 * Adam; β falls along a half cosine once the warm-up is over, which drives every h to 0 or 1. A row
 * that ends worse than nearest rounding keeps nearest rounding, which is one of the points
 * searched. Integer formats only. Cost O(out·in²) per iteration; memory seven copies of the weight
 * and a float copy of G.
 *
 * <p>Differs: the gradient of the squared output error is taken through the Gram matrix over all
 * tokens, so no tokens are drawn; the regulariser is weighted by scale²·G[j, j], which makes λ
 * independent of the size of weights and inputs; the paper runs 10,000 iterations on batches of 32
 * with λ = 0.01. Codes are the two neighbours of each weight, so methods that move codes further,
 * such as {@link QuantEase}, can end lower.
 *
 * @param iterations at least 1; a few hundred full-batch steps suffice
 * @param lambda λ, not negative; 0.2 suits the weighting used here
 * @param betaStart β after the warm-up, at least {@code betaEnd}; the paper uses 20
 * @param betaEnd β at the end, at least 1; the paper uses 2
 * @param warmup share of iterations without the regulariser, in [0, 1); the paper uses 0.2
 * @param learningRate of Adam, positive
 * @param grid fits scales and zero points
 * @see <a href="https://arxiv.org/abs/2004.10568">Nagel et al., Up or Down? Adaptive Rounding,
 *     2020</a>
 */
public record AdaptiveRounding(
    int iterations,
    double lambda,
    double betaStart,
    double betaEnd,
    double warmup,
    double learningRate,
    GridFitter grid)
    implements LinearQuantizer {
  private static final double FIRST_DECAY = 0.9;
  private static final double SECOND_DECAY = 0.999;

  /** Validates the parameters. */
  public AdaptiveRounding {
    Objects.requireNonNull(grid, "grid");
    require(iterations >= 1, "iterations", iterations, "at least 1");
    require(
        lambda >= 0 && lambda < Double.POSITIVE_INFINITY,
        "lambda",
        lambda,
        "finite and not negative");
    require(betaEnd >= 1, "betaEnd", betaEnd, "at least 1");
    require(
        betaStart >= betaEnd && betaStart <= 1000, "betaStart", betaStart, "in [betaEnd, 1000]");
    require(warmup >= 0 && warmup < 1, "warmup", warmup, "in [0, 1)");
    require(learningRate > 0 && learningRate <= 1, "learningRate", learningRate, "in (0, 1]");
  }

  /**
   * λ = 0.2, β = 2 throughout, no warm-up, rate 0.03: the best of a search on synthetic layers with
   * 100 to 300 iterations.
   */
  public AdaptiveRounding(int iterations, GridFitter grid) {
    this(iterations, 0.2, 2, 2, 0, 0.03, grid);
  }

  private static void require(boolean holds, String name, double value, String bound) {
    if (!holds) {
      throw new IllegalArgumentException(name + " is " + value + ", must be " + bound);
    }
  }

  @Override
  public Set<Statistic<?>> requires() {
    return LayerGram.with(grid.requires());
  }

  /**
   * Quantizes a layer.
   *
   * @throws QuantizationException if the format is not an integer format, or the Gram matrix is
   *     zero or not finite
   */
  @Override
  public QuantizedLinear quantize(LinearTask task, Compute compute) {
    task.requireFiniteWeight(compute);
    SquareMatrix gram = LayerGram.of(task, compute);
    Grid fitted = grid.fit(task, compute);
    RoundingVariables variables = new RoundingVariables(task, gram, fitted, compute);
    learn(variables, gram.toFloat(), task, compute);
    Codes nearest = GridRounding.codes(task.scheme().weight(), fitted, task.weight(), compute);
    RatedRows chosen =
        RatedRows.of(task, new GridTensor(task.scheme().weight(), nearest, fitted), compute)
            .orBetter(
                RatedRows.of(
                    task,
                    new GridTensor(task.scheme().weight(), variables.codes(), fitted),
                    compute));
    return task.single(fitted, chosen.tensor().codes(), new Outcome.Calibrated());
  }

  /**
   * Five floats a weight for the variables, to the end; G in float with, first, residuals and
   * products, then, both results' codes, their difference to the weight and its products.
   */
  @Override
  public long workingBytes(LayerSize layer) {
    return Float.BYTES * layer.square()
        + (7 * Float.BYTES + 3 * Short.BYTES) * layer.weights()
        + grid.workingBytes(layer);
  }

  private void learn(
      RoundingVariables variables, FloatMatrix gram, LinearTask task, Compute compute) {
    FloatMatrix residual = FloatMatrix.zeros(task.out(), task.in());
    FloatMatrix product = FloatMatrix.zeros(task.out(), task.in());
    int warm = (int) (warmup * iterations);
    double first = 1;
    double second = 1;
    for (int iteration = 0; iteration < iterations; iteration++) {
      variables.residual(residual);
      Arrays.fill(product.data(), 0);
      compute
          .algebra()
          .multiplyAdd(MatrixView.of(residual), MatrixView.of(gram), MatrixView.of(product));
      first *= FIRST_DECAY;
      second *= SECOND_DECAY;
      double rate = learningRate * Math.sqrt(1 - second) / (1 - first);
      double done = iteration < warm ? 0 : (iteration - warm + 1.0) / (iterations - warm);
      double beta =
          betaEnd + (betaStart - betaEnd) * (1 + StrictMath.cos(StrictMath.PI * done)) / 2;
      HardeningSlope slope = new HardeningSlope(iteration < warm ? 0 : lambda, beta);
      variables.step(product, slope, (float) rate);
    }
  }
}
