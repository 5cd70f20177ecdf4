package io.halftone.core.quantized;

import io.halftone.core.format.NumberFormat;
import io.halftone.core.tensor.FloatMatrix;

/**
 * Plain values, each a number of one format.
 *
 * @param format of the stored values
 * @param values [rows, cols], already rounded to the format
 */
public record DenseTensor(NumberFormat format, FloatMatrix values) implements QuantizedTensor {
  @Override
  public int rows() {
    return values.rows();
  }

  @Override
  public int cols() {
    return values.cols();
  }

  @Override
  public long storageBits() {
    return (long) rows() * cols() * format.bits();
  }

  @Override
  public void decodeRow(int row, float[] dst, int offset) {
    System.arraycopy(values.data(), values.offset(row), dst, offset, cols());
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.dense(this);
  }
}
