package io.halftone.quantizers.rounding;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.SquareMatrix;
import java.util.SplittableRandom;

/** Power iteration on a symmetric positive semidefinite matrix. */
final class LargestEigenvalue {
  private static final int ITERATIONS = 64;

  private LargestEigenvalue() {}

  /** An estimate from below; cost 64·n². */
  static double of(SquareMatrix matrix, SplittableRandom random, Compute compute) {
    int n = matrix.size();
    double[] vector = random.doubles(n).toArray();
    double norm = 0;
    for (int iteration = 0; iteration < ITERATIONS; iteration++) {
      double[] image = new double[n];
      for (int k = 0; k < n; k++) {
        compute.kernels().axpy(vector[k], matrix.values(), k * n, image, 0, n);
      }
      double square = 0;
      for (double value : image) {
        square = Math.fma(value, value, square);
      }
      norm = Math.sqrt(square);
      for (int k = 0; norm > 0 && k < n; k++) {
        vector[k] = image[k] / norm;
      }
    }
    return norm;
  }
}
