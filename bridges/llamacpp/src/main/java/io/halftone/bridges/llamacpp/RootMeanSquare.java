package io.halftone.bridges.llamacpp;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;

/**
 * ggml's normalisation: squares are float32, their sum runs in double over ascending channels.
 *
 * @param gain of the channels
 * @param epsilon added to the mean square
 */
record RootMeanSquare(float[] gain, float epsilon) {
  /** Normalises each row of x into a new matrix. */
  FloatMatrix of(FloatMatrix x, Compute compute) {
    FloatMatrix y = FloatMatrix.zeros(x.rows(), x.cols());
    compute.parallel(x.rows(), t -> normalise(x.data(), y.data(), x.offset(t)));
    return y;
  }

  private void normalise(float[] x, float[] y, int offset) {
    double sum = 0;
    for (int c = 0; c < gain.length; c++) {
      sum += x[offset + c] * x[offset + c];
    }
    float mean = (float) (sum / gain.length);
    float scale = 1 / (float) Math.sqrt(mean + epsilon);
    for (int c = 0; c < gain.length; c++) {
      y[offset + c] = x[offset + c] * scale * gain[c];
    }
  }
}
