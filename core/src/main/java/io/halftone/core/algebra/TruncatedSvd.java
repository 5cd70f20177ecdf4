package io.halftone.core.algebra;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.DoubleMatrix;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;
import java.util.SplittableRandom;

/**
 * The best known approximation U·diag(σ)·V of a matrix of a given rank, from a random sample of its
 * range that powers of A·Aᵀ have sharpened.
 *
 * <p>Products with A are in float, what orthogonalises and diagonalises is in double; singular
 * values are exact to about 10⁻⁶ of the largest. Cost (4·powers + 4)·m·n·(rank + 8) operations.
 *
 * @param u [m, rank], orthonormal columns
 * @param singular σ, falling, not negative
 * @param v [rank, n], orthonormal rows
 * @see <a href="https://arxiv.org/abs/0909.4061">Halko, Martinsson and Tropp, Finding structure
 *     with randomness, 2009, algorithms 4.4 and 5.1</a>
 */
public record TruncatedSvd(FloatMatrix u, float[] singular, FloatMatrix v) {
  private static final int OVERSAMPLING = 8;

  /**
   * Approximates a matrix.
   *
   * @param a [m, n], read
   * @param rank in [1, min(m, n)]
   * @param powers iterations that sharpen the sample, not negative; 2 serve slowly falling spectra
   * @param random draws the sample
   * @throws IllegalArgumentException if a number is out of range
   */
  public static TruncatedSvd of(
      FloatMatrix a, int rank, int powers, SplittableRandom random, Compute compute) {
    int smaller = Math.min(a.rows(), a.cols());
    if (rank < 1 || rank > smaller || powers < 0) {
      throw new IllegalArgumentException(
          "rank is "
              + rank
              + ", must be in [1, "
              + smaller
              + "]; powers is "
              + powers
              + ", must not be negative");
    }
    int width = Math.min(smaller, rank + OVERSAMPLING);
    FloatMatrix basis =
        orthonormal(compute.algebra().multiply(a, sample(a.cols(), width, random)), compute);
    for (int i = 0; i < powers; i++) {
      FloatMatrix back = orthonormal(compute.algebra().transposedMultiply(a, basis), compute);
      basis = orthonormal(compute.algebra().multiply(a, back), compute);
    }
    return inBasis(basis, compute.algebra().transposedMultiply(basis, a), rank, compute);
  }

  private static FloatMatrix orthonormal(FloatMatrix columns, Compute compute) {
    return Qr.of(DoubleMatrix.of(columns), compute).q().toFloat();
  }

  /** The decomposition of Q·B, through the eigenvectors of B·Bᵀ. */
  private static TruncatedSvd inBasis(FloatMatrix q, FloatMatrix b, int rank, Compute compute) {
    int width = b.rows();
    SquareMatrix gram = SquareMatrix.zeros(width);
    compute.parallel(
        width,
        i -> {
          for (int j = 0; j <= i; j++) {
            double sum = 0;
            for (int k = 0; k < b.cols(); k++) {
              sum = Math.fma((double) b.get(i, k), b.get(j, k), sum);
            }
            gram.values()[i * width + j] = sum;
          }
        });
    for (int i = 0; i < width; i++) {
      for (int j = i + 1; j < width; j++) {
        gram.values()[i * width + j] = gram.values()[j * width + i];
      }
    }
    SymmetricEigen eigen = SymmetricEigen.of(gram, compute);
    FloatMatrix rotation = FloatMatrix.zeros(width, rank);
    FloatMatrix scaled = FloatMatrix.zeros(rank, width);
    float[] singular = new float[rank];
    for (int r = 0; r < rank; r++) {
      double sigma = Math.sqrt(Math.max(0, eigen.values()[r]));
      singular[r] = (float) sigma;
      for (int j = 0; j < width; j++) {
        double element = eigen.vectors().get(r, j);
        rotation.set(j, r, (float) element);
        scaled.set(r, j, sigma == 0 ? 0 : (float) (element / sigma));
      }
    }
    return new TruncatedSvd(
        compute.algebra().multiply(q, rotation), singular, compute.algebra().multiply(scaled, b));
  }

  /** Sums of twelve uniform numbers, near enough to normal ones. */
  private static FloatMatrix sample(int rows, int cols, SplittableRandom random) {
    FloatMatrix sample = FloatMatrix.zeros(rows, cols);
    for (int i = 0; i < sample.data().length; i++) {
      double sum = -6;
      for (int k = 0; k < 12; k++) {
        sum += random.nextDouble();
      }
      sample.data()[i] = (float) sum;
    }
    return sample;
  }
}
