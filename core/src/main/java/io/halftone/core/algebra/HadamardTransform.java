package io.halftone.core.algebra;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;
import java.util.Objects;

/**
 * x ← x·Hᵀ/√n for a Hadamard matrix H of order n = K·2ᵐ, H the Kronecker product of a Paley matrix
 * of order K and m doublings.
 *
 * <p>K is the smallest possible. Orders reached are 1, 2 and 4·k wherever K − 1 or K/2 − 1 is an
 * odd prime or its second or third power, among them all powers of two and 288, 768, 11008 and
 * 14336. Cost n·(K + m) additions per row.
 */
public final class HadamardTransform {
  private final int size;
  private final int core;
  private final float[] coreRows;
  private final float factor;

  private HadamardTransform(int size, int core, float[] coreRows) {
    this.size = size;
    this.core = core;
    this.coreRows = coreRows;
    this.factor = (float) (1 / Math.sqrt(size));
  }

  /**
   * The transform of an order.
   *
   * @throws IllegalArgumentException if no matrix of this order can be built; names the order
   */
  public static HadamardTransform of(int size) {
    if (size < 1) {
      throw new IllegalArgumentException("size is " + size + ", must be at least 1");
    }
    int odd = size >> Integer.numberOfTrailingZeros(size);
    if (odd == 1) {
      return new HadamardTransform(size, 1, new float[] {1});
    }
    for (int core = odd; core <= size && core > 0 && size % core == 0; core *= 2) {
      float[] rows = HadamardMatrix.paley(core).orElse(null);
      if (rows != null) {
        return new HadamardTransform(size, core, rows);
      }
    }
    throw new IllegalArgumentException(
        "no Hadamard matrix of order "
            + size
            + " is known here; transform blocks of a power of two");
  }

  /** n. */
  public int size() {
    return size;
  }

  /** K, the order of the part that is not a doubling. */
  public int core() {
    return core;
  }

  /** The inverse: x ← x·H/√n. */
  public HadamardTransform transposed() {
    float[] columns = new float[coreRows.length];
    for (int i = 0; i < core; i++) {
      for (int k = 0; k < core; k++) {
        columns[k * core + i] = coreRows[i * core + k];
      }
    }
    return new HadamardTransform(size, core, columns);
  }

  /**
   * Transforms every row in place.
   *
   * @param x [rows, n], read and written
   * @throws IllegalArgumentException if x has another number of columns
   */
  public void apply(FloatMatrix x, Compute compute) {
    Objects.requireNonNull(compute, "compute");
    if (x.cols() != size) {
      throw new IllegalArgumentException("x has " + x.cols() + " columns, H has order " + size);
    }
    compute.parallel(x.rows(), r -> transform(x.data(), x.offset(r), compute));
  }

  private void transform(float[] data, int offset, Compute compute) {
    int width = size / core;
    for (int k = 0; k < core; k++) {
      butterflies(data, offset + k * width, width);
    }
    if (core > 1) {
      float[] mixed = new float[size];
      for (int i = 0; i < core; i++) {
        for (int k = 0; k < core; k++) {
          compute
              .kernels()
              .axpy(coreRows[i * core + k], data, offset + k * width, mixed, i * width, width);
        }
      }
      System.arraycopy(mixed, 0, data, offset, size);
    }
    for (int i = offset; i < offset + size; i++) {
      data[i] *= factor;
    }
  }

  /**
   * Transforms one row in place, in double.
   *
   * @param data n values from offset, read and written
   */
  public void apply(double[] data, int offset) {
    int width = size / core;
    for (int k = 0; k < core; k++) {
      butterflies(data, offset + k * width, width);
    }
    double[] mixed = new double[size];
    double root = 1 / Math.sqrt(size);
    for (int i = 0; i < core; i++) {
      for (int k = 0; k < core; k++) {
        double signed = coreRows[i * core + k] * root;
        for (int c = 0; c < width; c++) {
          mixed[i * width + c] += signed * data[offset + k * width + c];
        }
      }
    }
    System.arraycopy(mixed, 0, data, offset, size);
  }

  private static void butterflies(double[] data, int offset, int width) {
    for (int half = 1; half < width; half *= 2) {
      for (int start = offset; start < offset + width; start += 2 * half) {
        for (int i = start; i < start + half; i++) {
          double a = data[i];
          double b = data[i + half];
          data[i] = a + b;
          data[i + half] = a - b;
        }
      }
    }
  }

  private static void butterflies(float[] data, int offset, int width) {
    for (int half = 1; half < width; half *= 2) {
      for (int start = offset; start < offset + width; start += 2 * half) {
        for (int i = start; i < start + half; i++) {
          float a = data[i];
          float b = data[i + half];
          data[i] = a + b;
          data[i + half] = a - b;
        }
      }
    }
  }
}
