package io.halftone.bridges.llamacpp;

import io.halftone.core.kernel.Compute;
import io.halftone.core.model.DecoderConfig;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.gguf.block.EightLanes;
import java.util.Arrays;

/**
 * ggml's attention with a float32 cache: scores as sums of 32 lanes, softmax with ggml's
 * exponential, values as sums of eight lanes.
 *
 * @param config of the model
 * @param query turned, [tokens, heads·headSize]
 * @param key turned, [tokens, keyValueHeads·headSize]
 * @param value [tokens, keyValueHeads·headSize]
 */
record CausalAttention(
    DecoderConfig config, FloatMatrix query, FloatMatrix key, FloatMatrix value) {
  private static final int STEP = 32;

  /** Input of the output linear. */
  FloatMatrix mix(Compute compute) {
    FloatMatrix mixed = FloatMatrix.zeros(query.rows(), query.cols());
    compute.parallel(
        query.rows() * config.heads(),
        task -> attend(mixed, task / config.heads(), task % config.heads()));
    return mixed;
  }

  private void attend(FloatMatrix mixed, int token, int head) {
    int size = config.headSize();
    int shared = head / config.repeats() * size;
    int seen = (token + STEP) / STEP * STEP;
    float[] weight = new float[seen];
    Arrays.fill(weight, Float.NEGATIVE_INFINITY);
    float scale = 1 / (float) Math.sqrt(size);
    float[] lane = new float[STEP];
    for (int c = 0; c <= token; c++) {
      weight[c] = dot(key.offset(c) + shared, query.offset(token) + head * size, lane) * scale;
    }
    softmax(weight);
    float[] sum = new float[EightLanes.COUNT];
    for (int d = 0; d < size; d++) {
      Arrays.fill(sum, 0);
      for (int c = 0; c <= token; c++) {
        int l = c % EightLanes.COUNT;
        sum[l] = Math.fma(value.data()[value.offset(c) + shared + d], weight[c], sum[l]);
      }
      mixed.data()[mixed.offset(token) + head * size + d] = EightLanes.sum(sum);
    }
  }

  /**
   * 32 lanes of fused multiply-adds; what is left is multiplied and added, the last three fused.
   */
  private float dot(int keyAt, int queryAt, float[] lane) {
    float[] k = key.data();
    float[] q = query.data();
    int size = config.headSize();
    int whole = size / STEP * STEP;
    Arrays.fill(lane, 0);
    for (int i = 0; i < whole; i++) {
      lane[i % STEP] = Math.fma(k[keyAt + i], q[queryAt + i], lane[i % STEP]);
    }
    float sum = sum(lane);
    int plain = whole + (size - whole) / 4 * 4;
    for (int i = whole; i < plain; i++) {
      sum += k[keyAt + i] * q[queryAt + i];
    }
    for (int i = plain; i < size; i++) {
      sum = Math.fma(k[keyAt + i], q[queryAt + i], sum);
    }
    return sum;
  }

  private static float sum(float[] lane) {
    for (int half = STEP / 2; half >= 4; half /= 2) {
      for (int l = 0; l < half; l++) {
        lane[l] += lane[l + half];
      }
    }
    return lane[0] + lane[1] + (lane[2] + lane[3]);
  }

  private static void softmax(float[] weight) {
    float max = Float.NEGATIVE_INFINITY;
    for (float score : weight) {
      max = Math.max(max, score);
    }
    double sum = 0;
    float[] lane = new float[EightLanes.COUNT];
    for (int from = 0; from < weight.length; from += EightLanes.COUNT) {
      for (int l = 0; l < EightLanes.COUNT; l++) {
        lane[l] = VectorExponential.of(weight[from + l] - max);
        weight[from + l] = lane[l];
      }
      sum += EightLanes.sum(lane);
    }
    float inverse = (float) (1 / sum);
    for (int c = 0; c < weight.length; c++) {
      weight[c] *= inverse;
    }
  }
}
