package io.halftone.bridges.nd4j;

import io.halftone.core.tensor.FloatMatrix;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Moves matrices between ND4J and Halftone; values are copied, one line each way. */
public final class Nd4jMatrices {
  private Nd4jMatrices() {}

  /**
   * A matrix of an array's values, row by row, whatever the array's order, view and floating-point
   * type.
   *
   * @param array of rank 2, or rank 1 as one row; read
   * @throws IllegalArgumentException if the rank is another or the array does not fit 2^31 - 1
   *     values
   */
  public static FloatMatrix from(INDArray array) {
    if (array.rank() > 2 || array.rank() == 0) {
      throw new IllegalArgumentException(
          "array has rank " + array.rank() + ", a matrix needs rank 2");
    }
    int rows = array.rank() == 1 ? 1 : Math.toIntExact(array.size(0));
    int cols = Math.toIntExact(array.size(array.rank() - 1));
    return FloatMatrix.wrap(array.castTo(DataType.FLOAT).dup('c').data().asFloat(), rows, cols);
  }

  /**
   * A new float array of shape [rows, cols] in C order.
   *
   * @param matrix read
   */
  public static INDArray to(FloatMatrix matrix) {
    return Nd4j.create(matrix.data().clone(), new long[] {matrix.rows(), matrix.cols()}, 'c');
  }
}
