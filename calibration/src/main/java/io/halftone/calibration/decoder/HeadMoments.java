package io.halftone.calibration.decoder;

import io.halftone.core.kernel.Compute;
import io.halftone.core.stats.ActivationBatch;
import io.halftone.core.stats.GramMatrix;
import io.halftone.core.stats.Statistics;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;
import java.util.ArrayList;
import java.util.List;

/**
 * Weighted sums over tokens of the channels of heads, and of products of two channels of a head.
 */
final class HeadMoments {
  private final int headSize;
  private final double[] sum;
  private final List<GramMatrix> grams = new ArrayList<>();

  HeadMoments(int heads, int headSize) {
    this.headSize = headSize;
    this.sum = new double[heads * headSize];
    for (int h = 0; h < heads; h++) {
      grams.add(Statistics.GRAM.zero(headSize));
    }
  }

  /**
   * Adds tokens in order.
   *
   * @param x [tokens, repeats·heads·headSize], read: head h stands repeats times in a row
   * @param weights of the tokens, read
   */
  void add(FloatMatrix x, float[] weights, Compute compute) {
    int repeats = x.cols() / sum.length;
    for (int part = 0; part < repeats * grams.size(); part++) {
      FloatMatrix rows = FloatMatrix.zeros(x.rows(), headSize);
      for (int t = 0; t < x.rows(); t++) {
        System.arraycopy(
            x.data(), x.offset(t) + part * headSize, rows.data(), rows.offset(t), headSize);
      }
      int head = part / repeats;
      ActivationBatch batch = new ActivationBatch(rows, weights);
      addSums(batch, head * headSize);
      grams.set(head, Statistics.GRAM.add(grams.get(head), batch, compute));
    }
  }

  private void addSums(ActivationBatch batch, int at) {
    for (int t = 0; t < batch.x().rows(); t++) {
      double weight = batch.tokenWeight()[t];
      for (int c = 0; c < headSize; c++) {
        sum[at + c] = Math.fma(weight, batch.x().data()[batch.x().offset(t) + c], sum[at + c]);
      }
    }
  }

  private double mean(int channel) {
    return sum[channel] / grams.get(channel / headSize).weight();
  }

  /** Means of all channels [heads·headSize]. */
  float[] mean() {
    float[] mean = new float[sum.length];
    for (int c = 0; c < mean.length; c++) {
      mean[c] = (float) mean(c);
    }
    return mean;
  }

  /** Σ weight·xᵀx of a head [headSize, headSize]. */
  SquareMatrix gram(int head) {
    return grams.get(head).sum();
  }

  /** Σ weight·xᵀx / Σ weight − mᵀm of a head [headSize, headSize]. */
  SquareMatrix covariance(int head) {
    GramMatrix gram = grams.get(head);
    SquareMatrix covariance = SquareMatrix.zeros(headSize);
    for (int r = 0; r < headSize; r++) {
      for (int c = 0; c < headSize; c++) {
        double outer = mean(head * headSize + r) * mean(head * headSize + c);
        covariance.values()[r * headSize + c] = gram.sum().get(r, c) / gram.weight() - outer;
      }
    }
    return covariance;
  }
}
