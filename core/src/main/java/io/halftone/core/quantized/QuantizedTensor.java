package io.halftone.core.quantized;

import io.halftone.core.tensor.FloatMatrix;

/** A tensor in its quantized form; a closed set, so that a codec can know every case. */
public sealed interface QuantizedTensor permits GridTensor, DenseTensor, SparseTensor {
  /** Number of rows. */
  int rows();

  /** Number of columns. */
  int cols();

  /** Bits of everything a decoder needs: codes, scales, zero points, indices. */
  long storageBits();

  /**
   * Writes the values of a row: the reference meaning of the tensor.
   *
   * @param row index of the row
   * @param dst written from {@code offset}, {@link #cols()} values
   * @param offset first index to write
   */
  void decodeRow(int row, float[] dst, int offset);

  /** Calls the visitor's method for this case. */
  <R> R accept(Visitor<R> visitor);

  /** All values as a matrix [rows, cols]. */
  default FloatMatrix decode() {
    FloatMatrix result = FloatMatrix.zeros(rows(), cols());
    for (int r = 0; r < rows(); r++) {
      decodeRow(r, result.data(), result.offset(r));
    }
    return result;
  }

  /**
   * One method per case; a new case breaks every visitor at compile time.
   *
   * @param <R> result
   */
  interface Visitor<R> {
    /** Codes on a scalar grid. */
    R grid(GridTensor tensor);

    /** Plain values in a number format. */
    R dense(DenseTensor tensor);

    /** A few values at given places, zero elsewhere. */
    R sparse(SparseTensor tensor);
  }
}
