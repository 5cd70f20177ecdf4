package io.halftone.core.report;

import io.halftone.core.kernel.Compute;
import io.halftone.core.stats.GramMatrix;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;

/**
 * ‖XWᵀ‖², ‖XΔᵀ‖² and ⟨XWᵀ, XΔᵀ⟩ of two matrices [out, in], through the Gram matrix G = XᵀX.
 *
 * <p>G is symmetric, so that what stands right of its diagonal is enough: with strips J of columns
 * and I the columns left of a strip, tr(W·G·Wᵀ) = Σ 2⟨W[I]·G[I, J], W[J]⟩ + ⟨W[J]·G[J, J], W[J]⟩,
 * and alike for the others. The three together cost little more than one product of O(out·in²),
 * where each alone would cost one.
 */
final class GramForms {
  /** Narrow enough to leave out nearly half of a large matrix, wide enough for fast products. */
  private static final int STRIP = 512;

  private final FloatMatrix gram;
  private final Compute compute;
  private final double[] signal;
  private final double[] error;
  private final double[] cross;

  private GramForms(FloatMatrix gram, int rows, Compute compute) {
    this.gram = gram;
    this.compute = compute;
    this.signal = new double[rows];
    this.error = new double[rows];
    this.cross = new double[rows];
  }

  static GramForms of(FloatMatrix weight, FloatMatrix delta, GramMatrix gram, Compute compute) {
    GramForms forms = new GramForms(gram.sum().toFloat(), weight.rows(), compute);
    for (int from = 0; from < weight.cols(); from += STRIP) {
      forms.add(weight, delta, from, Math.min(STRIP, weight.cols() - from));
    }
    return forms;
  }

  private void add(FloatMatrix weight, FloatMatrix delta, int strip, int width) {
    if (strip > 0) {
      FloatMatrix product = product(weight, 0, strip, strip, width);
      addDots(product, weight, strip, 2, signal);
      addDots(product, delta, strip, 1, cross);
      product = product(delta, 0, strip, strip, width);
      addDots(product, delta, strip, 2, error);
      addDots(product, weight, strip, 1, cross);
    }
    FloatMatrix product = product(weight, strip, width, strip, width);
    addDots(product, weight, strip, 1, signal);
    addDots(product, delta, strip, 1, cross);
    addDots(product(delta, strip, width, strip, width), delta, strip, 1, error);
  }

  /** Channels [from, from + count) of a, times their rows of a strip of G. */
  private FloatMatrix product(FloatMatrix a, int from, int count, int strip, int width) {
    FloatMatrix product = FloatMatrix.zeros(a.rows(), width);
    compute
        .algebra()
        .multiplyAdd(
            MatrixView.of(a, 0, from, a.rows(), count),
            MatrixView.of(gram, from, strip, count, width),
            MatrixView.of(product));
    return product;
  }

  private void addDots(
      FloatMatrix product, FloatMatrix other, int strip, double factor, double[] sums) {
    compute.parallel(
        product.rows(),
        o -> {
          double dot = 0;
          int left = product.offset(o);
          int right = other.offset(o) + strip;
          for (int c = 0; c < product.cols(); c++) {
            dot = Math.fma((double) product.data()[left + c], other.data()[right + c], dot);
          }
          sums[o] += factor * dot;
        });
  }

  /** ‖XWᵀ‖², not negative. */
  double signal() {
    return Math.max(0, total(signal));
  }

  /** ‖XΔᵀ‖², not negative. */
  double error() {
    return Math.max(0, total(error));
  }

  /** ⟨XWᵀ, XΔᵀ⟩. */
  double cross() {
    return total(cross);
  }

  private static double total(double[] rows) {
    double total = 0;
    for (double row : rows) {
      total += row;
    }
    return total;
  }
}
