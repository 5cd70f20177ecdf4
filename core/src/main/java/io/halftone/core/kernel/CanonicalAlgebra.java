package io.halftone.core.kernel;

import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;
import io.halftone.core.tensor.SquareMatrix;
import java.util.Objects;
import java.util.concurrent.ForkJoinPool;

/**
 * The default linear algebra: the same bits for every thread count, vector width and machine.
 *
 * <p>Threads run over output tiles only. May be called from inside its own pool.
 */
public final class CanonicalAlgebra implements LinearAlgebra {
  /** Rows of a Gram matrix that are made symmetric together. */
  private static final int MIRRORED_ROWS = 64;

  private final ForkJoinPool pool;
  private final PanelProduct product;
  private final GramProduct gram;
  private final UnitUpperFactorisation factorisation;

  /**
   * Creates the algebra.
   *
   * @param kernels the inner loops
   * @param pool where tiles are computed
   */
  public CanonicalAlgebra(Kernels kernels, ForkJoinPool pool) {
    this(kernels, pool, TileShape.MEASURED);
  }

  /** Creates the algebra with another shape of tiles, to measure it. */
  public CanonicalAlgebra(Kernels kernels, ForkJoinPool pool, TileShape tiles) {
    Objects.requireNonNull(kernels, "kernels");
    Objects.requireNonNull(pool, "pool");
    this.pool = pool;
    this.product = new PanelProduct(kernels, pool, tiles);
    this.gram = new GramProduct(kernels, pool);
    this.factorisation = new UnitUpperFactorisation(kernels, pool);
  }

  @Override
  public String name() {
    return "canonical";
  }

  @Override
  public void multiplyAdd(MatrixView a, MatrixView b, MatrixView c) {
    requireShapes(a.rows(), a.cols(), b.rows(), b.cols(), c);
    product.multiplyAdd(a, b, c);
  }

  @Override
  public void multiplyTransposedAdd(MatrixView a, MatrixView b, MatrixView c) {
    requireShapes(a.rows(), a.cols(), b.cols(), b.rows(), c);
    product.multiplyTransposedAdd(a, b, c);
  }

  @Override
  public void transposedMultiplyAdd(MatrixView a, MatrixView b, MatrixView c) {
    requireShapes(a.cols(), a.rows(), b.rows(), b.cols(), c);
    product.transposedMultiplyAdd(a, b, c);
  }

  @Override
  public void transposedMultiplyTransposedAdd(MatrixView a, MatrixView b, MatrixView c) {
    requireShapes(a.cols(), a.rows(), b.cols(), b.rows(), c);
    product.transposedMultiplyTransposedAdd(a, b, c);
  }

  @Override
  public void addGram(FloatMatrix x, SquareMatrix gramMatrix) {
    addUpperGram(x, gramMatrix);
    int size = gramMatrix.size();
    ParallelTiles.run(
        pool,
        PanelProduct.blocks(size, MIRRORED_ROWS),
        band ->
            gramMatrix.mirror(band * MIRRORED_ROWS, Math.min(size, (band + 1) * MIRRORED_ROWS)));
  }

  @Override
  public void addUpperGram(FloatMatrix x, SquareMatrix gramMatrix) {
    if (x.cols() != gramMatrix.size()) {
      throw new IllegalArgumentException(
          "x has " + x.cols() + " columns, the Gram matrix has size " + gramMatrix.size());
    }
    gram.add(x, gramMatrix);
  }

  @Override
  public UnitUpperFactor factor(SquareMatrix g, int[] order, double ridge) {
    if (order.length != g.size()) {
      throw new IllegalArgumentException(
          "an order of " + order.length + " indices for a matrix of size " + g.size());
    }
    return factorisation.factor(g, order, ridge);
  }

  /** Shapes of the factors as they are multiplied. */
  private static void requireShapes(int rows, int depth, int bRows, int cols, MatrixView c) {
    if (depth != bRows || rows != c.rows() || cols != c.cols()) {
      throw new IllegalArgumentException(
          "shapes do not agree: ["
              + rows
              + ", "
              + depth
              + "] times ["
              + bRows
              + ", "
              + cols
              + "] added to ["
              + c.rows()
              + ", "
              + c.cols()
              + "]");
    }
  }
}
