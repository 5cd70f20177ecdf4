package io.halftone.core.transform;

import io.halftone.core.algebra.HadamardTransform;
import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;
import java.util.Arrays;

/**
 * T = diag(sign)·Hᵀ/√n for a Hadamard matrix H of order n, or its inverse: spreads every channel
 * over all. Orthogonal, so that inputs and weights go the same way. Cost n·log n additions a row.
 *
 * @param sign 1 or −1 per channel, taken over without a copy
 * @param direction T or T⁻¹
 * @see <a href="https://arxiv.org/abs/2404.00456">Ashkboos et al., QuaRot, 2024, section 3
 *     (randomized Hadamard matrices)</a>
 */
public record Hadamard(float[] sign, Direction direction) implements EquivalentTransform {
  /** Which way. */
  public enum Direction {
    /** T. */
    FORWARD,
    /** T⁻¹. */
    BACKWARD
  }

  /**
   * Validates the signs and that there is a matrix of this order.
   *
   * @throws IllegalArgumentException if a sign is another number or no matrix of the order is known
   */
  public Hadamard {
    for (int j = 0; j < sign.length; j++) {
      if (Math.abs(sign[j]) != 1) {
        throw new IllegalArgumentException(
            "sign of channel " + j + " is " + sign[j] + ", must be 1 or -1");
      }
    }
    HadamardTransform.of(sign.length);
  }

  /**
   * Without changes of sign.
   *
   * @throws IllegalArgumentException if no matrix of the order is known
   */
  public static Hadamard of(int size) {
    float[] sign = new float[size];
    Arrays.fill(sign, 1);
    return new Hadamard(sign, Direction.FORWARD);
  }

  @Override
  public int sizeIn() {
    return sign.length;
  }

  @Override
  public int sizeOut() {
    return sign.length;
  }

  @Override
  public Hadamard inverse() {
    return new Hadamard(
        sign, direction == Direction.FORWARD ? Direction.BACKWARD : Direction.FORWARD);
  }

  @Override
  public FloatMatrix applyToInput(FloatMatrix x) {
    Sizes.check("input", x.cols(), sign.length);
    FloatMatrix y = x.copy();
    if (direction == Direction.FORWARD) {
      flip(y);
    }
    transform().apply(y, Compute.defaults());
    if (direction == Direction.BACKWARD) {
      flip(y);
    }
    return y;
  }

  private HadamardTransform transform() {
    HadamardTransform forward = HadamardTransform.of(sign.length);
    return direction == Direction.FORWARD ? forward : forward.transposed();
  }

  private void flip(FloatMatrix y) {
    for (int r = 0; r < y.rows(); r++) {
      for (int j = 0; j < sign.length; j++) {
        y.data()[y.offset(r) + j] *= sign[j];
      }
    }
  }

  @Override
  public FloatMatrix applyToWeight(FloatMatrix w) {
    Sizes.check("weight", w.cols(), sign.length);
    return applyToInput(w);
  }

  @Override
  public SquareMatrix applyToGram(SquareMatrix gram) {
    Sizes.check("Gram matrix", gram.size(), sign.length);
    SquareMatrix half = transposed(rows(gram));
    return transposed(rows(half));
  }

  private SquareMatrix rows(SquareMatrix matrix) {
    HadamardTransform transform = transform();
    SquareMatrix result = matrix.copy();
    int n = sign.length;
    Compute.defaults()
        .parallel(
            n,
            r -> {
              if (direction == Direction.FORWARD) {
                flip(result.values(), r * n);
              }
              transform.apply(result.values(), r * n);
              if (direction == Direction.BACKWARD) {
                flip(result.values(), r * n);
              }
            });
    return result;
  }

  private void flip(double[] values, int offset) {
    for (int j = 0; j < sign.length; j++) {
      values[offset + j] *= sign[j];
    }
  }

  private static SquareMatrix transposed(SquareMatrix matrix) {
    int n = matrix.size();
    SquareMatrix result = SquareMatrix.zeros(n);
    for (int r = 0; r < n; r++) {
      for (int c = 0; c < n; c++) {
        result.values()[c * n + r] = matrix.get(r, c);
      }
    }
    return result;
  }

  @Override
  public long storageBits() {
    return sign.length;
  }
}
