package io.halftone.calibration.decoder;

import io.halftone.core.kernel.Compute;
import io.halftone.core.model.DecoderConfig;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;
import java.util.List;

/**
 * Gradients by queries, keys and values. With P = softmax(Q·Kᵀ) and O = P·V: dV = Pᵀ·dO, dS = P ∘
 * (dP − Σ dP ∘ P), dP = dO·Vᵀ, dQ = dS·K, dK = dSᵀ·Q. Weights are computed anew; memory length²
 * floats per thread.
 *
 * @param config of the model
 * @param query scaled, after the position embedding [tokens, heads·headSize]
 * @param key after the position embedding
 * @param value as projected
 * @param softmax of one row of scores
 * @param compute where it runs
 */
record AttentionGradient(
    DecoderConfig config,
    FloatMatrix query,
    FloatMatrix key,
    FloatMatrix value,
    Softmax softmax,
    Compute compute) {
  /** Turns the scores of a position into weights, in place. */
  @FunctionalInterface
  interface Softmax {
    void apply(float[] scores, int offset, int position, int length);
  }

  /** Gradients by query, key and value, given that by what was mixed. */
  List<FloatMatrix> of(FloatMatrix gradient, int[] lengths) {
    FloatMatrix byQuery = FloatMatrix.zeros(query.rows(), query.cols());
    FloatMatrix byKey = FloatMatrix.zeros(key.rows(), key.cols());
    FloatMatrix byValue = FloatMatrix.zeros(value.rows(), value.cols());
    int[] start = new int[lengths.length];
    for (int s = 1; s < lengths.length; s++) {
      start[s] = start[s - 1] + lengths[s - 1];
    }
    int shared = config.keyValueHeads();
    compute.parallel(
        lengths.length * shared,
        task -> {
          int first = start[task / shared];
          int length = lengths[task / shared];
          int column = task % shared * config.headSize();
          MatrixView k = head(key, first, length, column);
          MatrixView v = head(value, first, length, column);
          MatrixView byK = head(byKey, first, length, column);
          MatrixView byV = head(byValue, first, length, column);
          for (int i = 0; i < config.repeats(); i++) {
            int own = (task % shared * config.repeats() + i) * config.headSize();
            add(
                head(query, first, length, own),
                k,
                v,
                head(gradient, first, length, own),
                head(byQuery, first, length, own),
                byK,
                byV);
          }
        });
    return List.of(byQuery, byKey, byValue);
  }

  private MatrixView head(FloatMatrix x, int first, int length, int column) {
    return MatrixView.of(x, first, column, length, config.headSize());
  }

  private void add(
      MatrixView q,
      MatrixView k,
      MatrixView v,
      MatrixView byO,
      MatrixView byQ,
      MatrixView byK,
      MatrixView byV) {
    int length = q.rows();
    FloatMatrix weights = FloatMatrix.zeros(length, length);
    compute.algebra().multiplyTransposedAdd(q, k, MatrixView.of(weights));
    for (int t = 0; t < length; t++) {
      softmax.apply(weights.data(), weights.offset(t), t, length);
    }
    compute.algebra().transposedMultiplyAdd(MatrixView.of(weights), byO, byV);
    FloatMatrix byScores = FloatMatrix.zeros(length, length);
    compute.algebra().multiplyTransposedAdd(byO, v, MatrixView.of(byScores));
    for (int t = 0; t < length; t++) {
      int row = weights.offset(t);
      double mean = 0;
      for (int c = 0; c <= t; c++) {
        mean = Math.fma((double) byScores.data()[row + c], weights.data()[row + c], mean);
      }
      for (int c = 0; c < length; c++) {
        byScores.data()[row + c] =
            weights.data()[row + c] * (byScores.data()[row + c] - (float) mean);
      }
    }
    compute.algebra().multiplyAdd(MatrixView.of(byScores), k, byQ);
    compute.algebra().transposedMultiplyAdd(MatrixView.of(byScores), q, byK);
  }
}
