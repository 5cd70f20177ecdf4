package io.halftone.calibration.decoder;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;
import java.util.ArrayList;
import java.util.List;

/** Sums over tokens of the channels of heads, and of the products of two channels of a head. */
final class HeadMoments {
  private final int headSize;
  private final double[] sum;
  private final List<SquareMatrix> squares = new ArrayList<>();
  private long rows;

  HeadMoments(int heads, int headSize) {
    this.headSize = headSize;
    this.sum = new double[heads * headSize];
    for (int h = 0; h < heads; h++) {
      squares.add(SquareMatrix.zeros(headSize));
    }
  }

  /**
   * Adds tokens in order.
   *
   * @param x [tokens, repeats·heads·headSize], read: head h stands repeats times in a row
   */
  void add(FloatMatrix x, Compute compute) {
    int repeats = x.cols() / sum.length;
    for (int part = 0; part < repeats * squares.size(); part++) {
      FloatMatrix head = FloatMatrix.zeros(x.rows(), headSize);
      for (int t = 0; t < x.rows(); t++) {
        System.arraycopy(
            x.data(), x.offset(t) + part * headSize, head.data(), head.offset(t), headSize);
      }
      addSums(head, part / repeats * headSize);
      compute.algebra().addGram(head, squares.get(part / repeats));
    }
    rows += (long) repeats * x.rows();
  }

  private void addSums(FloatMatrix head, int at) {
    for (int t = 0; t < head.rows(); t++) {
      for (int c = 0; c < headSize; c++) {
        sum[at + c] += head.data()[head.offset(t) + c];
      }
    }
  }

  /** Means of all channels [heads·headSize]. */
  float[] mean() {
    float[] mean = new float[sum.length];
    for (int c = 0; c < mean.length; c++) {
      mean[c] = (float) (sum[c] / rows);
    }
    return mean;
  }

  /** Σ xᵀx of a head [headSize, headSize]. */
  SquareMatrix gram(int head) {
    return squares.get(head);
  }

  /** Σ xᵀx / N − mᵀm of a head [headSize, headSize]. */
  SquareMatrix covariance(int head) {
    SquareMatrix gram = squares.get(head);
    SquareMatrix covariance = SquareMatrix.zeros(headSize);
    for (int r = 0; r < headSize; r++) {
      for (int c = 0; c < headSize; c++) {
        double outer = sum[head * headSize + r] / rows * (sum[head * headSize + c] / rows);
        covariance.values()[r * headSize + c] = gram.get(r, c) / rows - outer;
      }
    }
    return covariance;
  }
}
