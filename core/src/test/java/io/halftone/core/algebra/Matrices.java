package io.halftone.core.algebra;

import io.halftone.core.tensor.DoubleMatrix;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;
import java.util.Random;

/** Random matrices and plain products in double. */
final class Matrices {
  private Matrices() {}

  static DoubleMatrix gaussian(long seed, int rows, int cols) {
    Random random = new Random(seed);
    DoubleMatrix matrix = DoubleMatrix.zeros(rows, cols);
    for (int i = 0; i < matrix.values().length; i++) {
      matrix.values()[i] = random.nextGaussian();
    }
    return matrix;
  }

  static DoubleMatrix transposed(DoubleMatrix a) {
    DoubleMatrix result = DoubleMatrix.zeros(a.cols(), a.rows());
    for (int i = 0; i < result.values().length; i++) {
      result.values()[i] = a.get(i % a.rows(), i / a.rows());
    }
    return result;
  }

  static DoubleMatrix product(DoubleMatrix a, DoubleMatrix b) {
    DoubleMatrix result = DoubleMatrix.zeros(a.rows(), b.cols());
    for (int i = 0; i < a.rows(); i++) {
      for (int k = 0; k < a.cols(); k++) {
        for (int j = 0; j < b.cols(); j++) {
          result.values()[i * b.cols() + j] += a.get(i, k) * b.get(k, j);
        }
      }
    }
    return result;
  }

  /** X·Xᵀ + ridge·I. */
  static SquareMatrix positive(DoubleMatrix x, double ridge) {
    double[] values = product(x, transposed(x)).values();
    for (int i = 0; i < x.rows(); i++) {
      values[i * x.rows() + i] += ridge;
    }
    return new SquareMatrix(x.rows(), values);
  }

  static DoubleMatrix general(SquareMatrix a) {
    return new DoubleMatrix(a.size(), a.size(), a.values());
  }

  /** Largest |a − b|. */
  static double distance(DoubleMatrix a, DoubleMatrix b) {
    double largest = 0;
    for (int i = 0; i < a.values().length; i++) {
      double difference = Math.abs(a.values()[i] - b.values()[i]);
      largest = difference <= largest ? largest : difference;
    }
    return largest;
  }

  static double largest(DoubleMatrix a) {
    return distance(a, DoubleMatrix.zeros(a.rows(), a.cols()));
  }

  /** Largest |XᵀX − I|. */
  static double offOrthonormal(DoubleMatrix x) {
    return distance(product(transposed(x), x), DoubleMatrix.identity(x.cols()));
  }

  static DoubleMatrix of(FloatMatrix matrix) {
    return DoubleMatrix.of(matrix);
  }
}
