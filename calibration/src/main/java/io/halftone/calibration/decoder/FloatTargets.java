package io.halftone.calibration.decoder;

import io.halftone.calibration.SiteStatistics;
import io.halftone.core.kernel.Compute;
import io.halftone.core.model.TransformSite;
import io.halftone.core.stats.Statistics;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;
import io.halftone.core.tensor.SquareMatrix;
import java.util.ArrayList;
import java.util.List;

/**
 * The weights that come nearest to the float model's outputs on the inputs of the quantized prefix.
 *
 * <p>With X the inputs after the quantized prefix, F those after the float prefix and R what the
 * residual stream of the float prefix is ahead, a layer aims at F·Wᵀ + R. Since ‖X·Ŵᵀ − F·Wᵀ − R‖²
 * is ‖X·(Ŵ − V)ᵀ‖² and a constant for V = W + (W·(F − X)ᵀX + RᵀX)·(XᵀX)⁻¹, any quantizer can aim at
 * it by taking V for W. R is added for layers that write the residual stream directly. XᵀX gets λ
 * times its mean diagonal, which draws V to W. Tokens count by their weights in every one of these
 * products.
 *
 * <p>Differs: the cited work corrects column by column inside its solver; here the weight is
 * corrected before any solver runs, and the residual stream's error is part of the aim.
 *
 * @param stream states in front of the sublayer after the quantized prefix
 * @param reference the same after the float prefix
 * @param damping λ, positive
 * @see <a href="https://arxiv.org/abs/2504.02692">Li et al., GPTAQ, 2025 (asymmetric
 *     calibration)</a>
 */
record FloatTargets(
    ResidualStream stream, ResidualStream reference, double damping, Compute compute) {

  /**
   * The sublayer with corrected weights in the consumers of one site. Cost O(tokens·in²) for the
   * products, O(in³ + out·in²) for the solution.
   *
   * @param exact the float sublayer
   * @param running the same with the linears in front of the site quantized
   * @param site whose consumers are corrected
   * @param statistics of the site's tensor after the quantized prefix, with its Gram matrix
   */
  Sublayer aimed(Sublayer exact, Sublayer running, TransformSite site, SiteStatistics statistics) {
    boolean last = site.consumers().contains(exact.output().name());
    int in = site.size();
    boolean writesStream = last && exact.outputNorm().isEmpty();
    FloatMatrix shift = FloatMatrix.zeros(in, in);
    FloatMatrix ahead = FloatMatrix.zeros(writesStream ? exact.output().out() : 0, in);
    for (int i = 0; i < stream.batches(); i++) {
      FloatMatrix x = SiteCapture.tensor(running, site, stream, i, compute);
      FloatMatrix difference = SiteCapture.tensor(exact, site, reference, i, compute);
      subtract(difference, x);
      weigh(difference, stream.weights(i));
      addCross(difference, x, shift);
      if (writesStream) {
        FloatMatrix residual = reference.state(i).copy();
        subtract(residual, stream.state(i));
        weigh(residual, stream.weights(i));
        addCross(residual, x, ahead);
      }
    }
    SquareMatrix gram = statistics.at(site.id()).get(Statistics.GRAM).sum();
    RidgeSolution solution = RidgeSolution.of(gram, damping, site.id(), compute);
    List<LinearLayer> aimed = new ArrayList<>();
    for (LinearLayer linear : exact.linears()) {
      if (site.consumers().contains(linear.name())) {
        aimed.add(corrected(FloatLinear.require(linear), shift, ahead, solution));
      }
    }
    return exact.with(aimed);
  }

  private FloatLinear corrected(
      FloatLinear linear, FloatMatrix shift, FloatMatrix ahead, RidgeSolution solution) {
    FloatMatrix cross = compute.algebra().multiply(linear.weight(), shift);
    for (int i = 0; i < ahead.data().length; i++) {
      cross.data()[i] += ahead.data()[i];
    }
    FloatMatrix weight = solution.solve(cross, compute);
    for (int i = 0; i < weight.data().length; i++) {
      weight.data()[i] += linear.weight().data()[i];
    }
    return new FloatLinear(linear.name(), weight, linear.bias());
  }

  private void addCross(FloatMatrix left, FloatMatrix right, FloatMatrix sum) {
    compute
        .algebra()
        .transposedMultiplyAdd(MatrixView.of(left), MatrixView.of(right), MatrixView.of(sum));
  }

  private static void weigh(FloatMatrix rows, float[] weights) {
    for (int t = 0; t < weights.length; t++) {
      if (weights[t] != 1) {
        for (int i = rows.offset(t); i < rows.offset(t) + rows.cols(); i++) {
          rows.data()[i] *= weights[t];
        }
      }
    }
  }

  private static void subtract(FloatMatrix from, FloatMatrix other) {
    for (int i = 0; i < from.data().length; i++) {
      from.data()[i] -= other.data()[i];
    }
  }
}
