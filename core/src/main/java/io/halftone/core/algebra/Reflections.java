package io.halftone.core.algebra;

import io.halftone.core.kernel.Compute;
import io.halftone.core.kernel.DoubleView;
import io.halftone.core.tensor.DoubleMatrix;
import java.util.Arrays;

/**
 * A product of Householder reflections, I − V·T·Vᵀ.
 *
 * @param v [m, k], unit lower trapezoidal
 * @param t [k, k], upper triangular
 */
record Reflections(DoubleMatrix v, DoubleMatrix t) {

  /**
   * Eliminates columns [from, to) of a matrix below its diagonal, where it leaves R; the columns
   * right of them are not touched.
   */
  static Reflections eliminate(DoubleMatrix a, int from, int to) {
    int m = a.rows() - from;
    int k = to - from;
    double[][] columns = new double[k][m];
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < k; j++) {
        columns[j][i] = a.get(from + i, from + j);
      }
    }
    double[] tau = new double[k];
    double[] diagonal = new double[k];
    for (int j = 0; j < k; j++) {
      tau[j] = reflect(columns[j], j);
      diagonal[j] = columns[j][j];
      columns[j][j] = 1;
      for (int c = j + 1; c < k; c++) {
        subtract(tau[j] * dot(columns[j], columns[c], j), columns[j], columns[c], j);
      }
    }
    DoubleMatrix v = DoubleMatrix.zeros(m, k);
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < k; j++) {
        int at = (from + i) * a.cols() + from + j;
        if (i >= j) {
          v.values()[i * k + j] = columns[j][i];
          a.values()[at] = i == j ? diagonal[j] : 0;
        } else {
          a.values()[at] = columns[j][i];
        }
      }
    }
    return new Reflections(v, triangle(columns, tau));
  }

  /** Makes x[at + 1..] the tail of a reflection's vector, x[at] what the reflection leaves. */
  private static double reflect(double[] x, int at) {
    double largest = 0;
    for (int i = at; i < x.length; i++) {
      largest = Math.max(largest, Math.abs(x[i]));
    }
    double tail = 0;
    for (int i = at + 1; i < x.length; i++) {
      double scaled = x[i] / largest;
      tail = Math.fma(scaled, scaled, tail);
    }
    if (largest == 0 || tail == 0) {
      Arrays.fill(x, at + 1, x.length, 0);
      return 0;
    }
    double alpha = x[at] / largest;
    double beta = -Math.copySign(Math.sqrt(Math.fma(alpha, alpha, tail)), alpha);
    for (int i = at + 1; i < x.length; i++) {
      x[i] = x[i] / largest / (alpha - beta);
    }
    x[at] = beta * largest;
    return (beta - alpha) / beta;
  }

  private static DoubleMatrix triangle(double[][] columns, double[] tau) {
    int k = tau.length;
    DoubleMatrix t = DoubleMatrix.zeros(k, k);
    for (int j = 0; j < k; j++) {
      t.values()[j * k + j] = tau[j];
      double[] inner = new double[j];
      for (int i = 0; i < j; i++) {
        inner[i] = dot(columns[j], columns[i], j);
      }
      for (int i = 0; i < j; i++) {
        double sum = 0;
        for (int l = i; l < j; l++) {
          sum = Math.fma(t.get(i, l), inner[l], sum);
        }
        t.values()[i * k + j] = -tau[j] * sum;
      }
    }
    return t;
  }

  private static double dot(double[] x, double[] y, int from) {
    double sum = 0;
    for (int i = from; i < x.length; i++) {
      sum = Math.fma(x[i], y[i], sum);
    }
    return sum;
  }

  private static void subtract(double factor, double[] x, double[] y, int from) {
    for (int i = from; i < x.length; i++) {
      y[i] = Math.fma(-factor, x[i], y[i]);
    }
  }

  /** C ← (I − V·T·Vᵀ)·C. */
  void apply(DoubleView c, Compute compute) {
    int k = t.rows();
    double[] negated = new double[k * k];
    for (int i = 0; i < negated.length; i++) {
      negated[i] = -t.values()[i];
    }
    applyThrough(negated, c, compute);
  }

  /** C ← (I − V·Tᵀ·Vᵀ)·C. */
  void applyTransposed(DoubleView c, Compute compute) {
    int k = t.rows();
    double[] negated = new double[k * k];
    for (int i = 0; i < negated.length; i++) {
      negated[i] = -t.get(i % k, i / k);
    }
    applyThrough(negated, c, compute);
  }

  /** C ← C + V·M·Vᵀ·C. */
  private void applyThrough(double[] middle, DoubleView c, Compute compute) {
    int k = t.rows();
    DoubleProduct product = new DoubleProduct(compute);
    DoubleView vs = new DoubleView(v.values(), 0, k, v.rows(), k);
    DoubleView inner = new DoubleView(new double[k * c.cols()], 0, c.cols(), k, c.cols());
    product.transposedMultiplyAdd(vs, c, inner);
    DoubleView outer = new DoubleView(new double[k * c.cols()], 0, c.cols(), k, c.cols());
    product.multiplyAdd(new DoubleView(middle, 0, k, k, k), inner, outer);
    product.multiplyAdd(vs, outer, c);
  }
}
