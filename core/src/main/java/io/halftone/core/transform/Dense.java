package io.halftone.core.transform;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;

/**
 * Any invertible T, as a matrix. Cost n² a row.
 *
 * @param forward T [n, n], which inputs are multiplied by; taken over without a copy
 * @param backward T⁻ᵀ [n, n], which weights are multiplied by; T itself if T is orthogonal
 */
public record Dense(FloatMatrix forward, FloatMatrix backward) implements EquivalentTransform {
  /** Validates the shapes. */
  public Dense {
    int n = forward.rows();
    if (forward.cols() != n || backward.rows() != n || backward.cols() != n) {
      throw new IllegalArgumentException(
          "T is " + forward + ", its inverse's transpose " + backward + "; both must be n x n");
    }
  }

  /** An orthogonal T. */
  public static Dense orthogonal(FloatMatrix matrix) {
    return new Dense(matrix, matrix);
  }

  @Override
  public int sizeIn() {
    return forward.rows();
  }

  @Override
  public int sizeOut() {
    return forward.rows();
  }

  @Override
  public Dense inverse() {
    return new Dense(backward.transpose(), forward.transpose());
  }

  @Override
  public FloatMatrix applyToInput(FloatMatrix x) {
    Sizes.check("input", x.cols(), sizeIn());
    return Compute.defaults().algebra().multiply(x, forward);
  }

  @Override
  public FloatMatrix applyToWeight(FloatMatrix w) {
    Sizes.check("weight", w.cols(), sizeIn());
    return Compute.defaults().algebra().multiply(w, backward);
  }

  @Override
  public SquareMatrix applyToGram(SquareMatrix gram) {
    Sizes.check("Gram matrix", gram.size(), sizeIn());
    return timesForward(timesForward(gram));
  }

  /** (M·T)ᵀ: twice gives Tᵀ·M·T. */
  private SquareMatrix timesForward(SquareMatrix matrix) {
    int n = matrix.size();
    SquareMatrix result = SquareMatrix.zeros(n);
    Compute.defaults()
        .parallel(
            n,
            r -> {
              double[] row = new double[n];
              for (int k = 0; k < n; k++) {
                double value = matrix.get(r, k);
                int offset = forward.offset(k);
                for (int c = 0; c < n; c++) {
                  row[c] = Math.fma(value, forward.data()[offset + c], row[c]);
                }
              }
              for (int c = 0; c < n; c++) {
                result.values()[c * n + r] = row[c];
              }
            });
    return result;
  }

  @Override
  public long storageBits() {
    return 32L * forward.data().length;
  }
}
