package io.halftone.core.kernel;

import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;
import io.halftone.core.tensor.SquareMatrix;
import java.util.stream.IntStream;

/**
 * Matrix products and factorisations.
 *
 * <p>The default implementation is canonical: every output element is one chain of fused
 * multiply-adds over ascending k, so results have the same bits for every thread count, vector
 * width and machine. Other implementations (OpenBLAS) say so by {@link #name()}, which is recorded
 * in a result's provenance.
 */
public interface LinearAlgebra {
  /** A short name for provenance, such as {@code canonical}. */
  String name();

  /**
   * C ← C + A·B; each element continues its chain over ascending k from the value in C.
   *
   * @param a [m, k], read
   * @param b [k, n], read
   * @param c [m, n], read and written; must not overlap a or b
   * @throws IllegalArgumentException if the shapes do not agree
   */
  void multiplyAdd(MatrixView a, MatrixView b, MatrixView c);

  /**
   * C ← C + A·Bᵀ, otherwise as {@link #multiplyAdd}.
   *
   * @param a [m, k], read
   * @param b [n, k], read
   * @param c [m, n], read and written; must not overlap a or b
   */
  void multiplyTransposedAdd(MatrixView a, MatrixView b, MatrixView c);

  /**
   * C ← C + Aᵀ·B, otherwise as {@link #multiplyAdd}.
   *
   * @param a [k, m], read
   * @param b [k, n], read
   * @param c [m, n], read and written; must not overlap a or b
   */
  void transposedMultiplyAdd(MatrixView a, MatrixView b, MatrixView c);

  /**
   * C ← C + Aᵀ·Bᵀ, otherwise as {@link #multiplyAdd}.
   *
   * @param a [k, m], read
   * @param b [n, k], read
   * @param c [m, n], read and written; must not overlap a or b
   */
  void transposedMultiplyTransposedAdd(MatrixView a, MatrixView b, MatrixView c);

  /** A·B for a [m, k] and b [k, n]. */
  default FloatMatrix multiply(FloatMatrix a, FloatMatrix b) {
    FloatMatrix c = FloatMatrix.zeros(a.rows(), b.cols());
    multiplyAdd(MatrixView.of(a), MatrixView.of(b), MatrixView.of(c));
    return c;
  }

  /** A·Bᵀ for a [m, k] and b [n, k]; a linear layer is {@code multiplyTransposed(x, w)}. */
  default FloatMatrix multiplyTransposed(FloatMatrix a, FloatMatrix b) {
    FloatMatrix c = FloatMatrix.zeros(a.rows(), b.rows());
    multiplyTransposedAdd(MatrixView.of(a), MatrixView.of(b), MatrixView.of(c));
    return c;
  }

  /** Aᵀ·B for a [k, m] and b [k, n]. */
  default FloatMatrix transposedMultiply(FloatMatrix a, FloatMatrix b) {
    FloatMatrix c = FloatMatrix.zeros(a.cols(), b.cols());
    transposedMultiplyAdd(MatrixView.of(a), MatrixView.of(b), MatrixView.of(c));
    return c;
  }

  /**
   * G ← G + XᵀX, in float inside fixed chunks of 1024 rows that start at row 0, chunks added in
   * double in order.
   *
   * @param x [tokens, in], read
   * @param gram [in, in], read and written, symmetric, both triangles
   */
  void addGram(FloatMatrix x, SquareMatrix gram);

  /**
   * G ← G + XᵀX on and above the diagonal, as {@link #addGram}; afterwards G holds anything below
   * the diagonal. For sums over many batches, to be mirrored once.
   *
   * @param gram [in, in], read and written
   * @see SquareMatrix#mirror
   */
  void addUpperGram(FloatMatrix x, SquareMatrix gram);

  /**
   * Factors a symmetric positive definite matrix as G[order, order] + ridge·I = U·diag(d)·Uᵀ with U
   * unit upper triangular, in double. Memory n²/2 doubles beside G.
   *
   * <p>This one factor serves error feedback: with E the errors of columns before j, the
   * compensated column is w[j] + E·U[0..j, j] (the LDLQ form of GPTQ), and no inverse is needed.
   *
   * @param g [n, n], read
   * @param order every index in [0, n) once, read
   * @param ridge added to the diagonal
   * @throws NotPositiveDefiniteException at the first pivot that is not a positive normal number,
   *     counted from the last column; its column is a position in {@code order}
   */
  UnitUpperFactor factor(SquareMatrix g, int[] order, double ridge);

  /** Factors a matrix as it stands. */
  default UnitUpperFactor factor(SquareMatrix g) {
    return factor(g, IntStream.range(0, g.size()).toArray(), 0);
  }
}
