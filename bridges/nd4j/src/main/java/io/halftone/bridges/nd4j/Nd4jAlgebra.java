package io.halftone.bridges.nd4j;

import io.halftone.core.kernel.LinearAlgebra;
import io.halftone.core.kernel.UnitUpperFactor;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;
import io.halftone.core.tensor.SquareMatrix;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Matrix products by the BLAS behind ND4J (OpenBLAS on CPUs).
 *
 * <p>Differs from the canonical algebra: the order of additions is the BLAS's own, so results
 * differ in the last bits between machines and thread counts. Use it where that does not matter;
 * its name is recorded in the provenance.
 *
 * @param factorisation does the factorisations, which LAPACK has no routine for in this form
 */
public record Nd4jAlgebra(LinearAlgebra factorisation) implements LinearAlgebra {
  private static final int CHUNK = 4096;

  /** Validates that the factorisation is there. */
  public Nd4jAlgebra {
    Objects.requireNonNull(factorisation, "factorisation");
  }

  @Override
  public String name() {
    return "nd4j";
  }

  @Override
  public void multiplyAdd(MatrixView a, MatrixView b, MatrixView c) {
    requireShapes(a.cols() == b.rows() && a.rows() == c.rows() && b.cols() == c.cols(), a, b, c);
    if (a.rows() > 0 && a.cols() > 0 && b.cols() > 0) {
      add(array(a).mmul(array(b)), c);
    }
  }

  @Override
  public void multiplyTransposedAdd(MatrixView a, MatrixView b, MatrixView c) {
    requireShapes(a.cols() == b.cols() && a.rows() == c.rows() && b.rows() == c.cols(), a, b, c);
    if (a.rows() > 0 && a.cols() > 0 && b.rows() > 0) {
      add(array(a).mmul(array(b).transpose()), c);
    }
  }

  @Override
  public void transposedMultiplyAdd(MatrixView a, MatrixView b, MatrixView c) {
    requireShapes(a.rows() == b.rows() && a.cols() == c.rows() && b.cols() == c.cols(), a, b, c);
    if (a.rows() > 0 && a.cols() > 0 && b.cols() > 0) {
      add(array(a).transpose().mmul(array(b)), c);
    }
  }

  @Override
  public void transposedMultiplyTransposedAdd(MatrixView a, MatrixView b, MatrixView c) {
    requireShapes(a.rows() == b.cols() && a.cols() == c.rows() && b.rows() == c.cols(), a, b, c);
    if (a.rows() > 0 && a.cols() > 0 && b.rows() > 0) {
      add(array(a).transpose().mmul(array(b).transpose()), c);
    }
  }

  @Override
  public void addUpperGram(FloatMatrix x, SquareMatrix gram) {
    addGram(x, gram);
  }

  @Override
  public void addGram(FloatMatrix x, SquareMatrix gram) {
    if (x.cols() != gram.size()) {
      throw new IllegalArgumentException(
          "x has " + x.cols() + " columns, the Gram matrix has size " + gram.size());
    }
    for (int from = 0; from < x.rows(); from += CHUNK) {
      int rows = Math.min(CHUNK, x.rows() - from);
      INDArray chunk = array(MatrixView.of(x, from, 0, rows, x.cols()));
      float[] product = chunk.transpose().mmul(chunk).dup('c').data().asFloat();
      for (int i = 0; i < product.length; i++) {
        gram.values()[i] += product[i];
      }
    }
  }

  @Override
  public UnitUpperFactor factor(SquareMatrix g, int[] order, double ridge) {
    return factorisation.factor(g, order, ridge);
  }

  private static void requireShapes(boolean agree, MatrixView a, MatrixView b, MatrixView c) {
    if (!agree) {
      throw new IllegalArgumentException(
          "shapes do not agree: a " + shape(a) + ", b " + shape(b) + ", c " + shape(c));
    }
  }

  private static String shape(MatrixView view) {
    return view.rows() + " x " + view.cols();
  }

  private static INDArray array(MatrixView view) {
    float[] values = new float[view.rows() * view.cols()];
    for (int r = 0; r < view.rows(); r++) {
      System.arraycopy(
          view.data(), view.offset() + r * view.stride(), values, r * view.cols(), view.cols());
    }
    return Nd4j.create(values, new long[] {view.rows(), view.cols()}, 'c');
  }

  private static void add(INDArray product, MatrixView c) {
    float[] values = product.dup('c').data().asFloat();
    for (int r = 0; r < c.rows(); r++) {
      int row = c.offset() + r * c.stride();
      for (int i = 0; i < c.cols(); i++) {
        c.data()[row + i] += values[r * c.cols() + i];
      }
    }
  }
}
