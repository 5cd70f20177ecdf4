package io.halftone.calibration.decoder;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;

/**
 * A normalisation of rows, or of equal parts of rows.
 *
 * @param name of the normalisation
 * @param kind its formula
 * @param gain what the normalised channels are multiplied by, taken over without a copy
 * @param bias added afterwards, or empty
 * @param epsilon added to the mean square
 */
public record Norm(String name, NormKind kind, float[] gain, float[] bias, float epsilon) {
  /** Validates the lengths. */
  public Norm {
    if (bias.length != 0 && bias.length != gain.length) {
      throw new IllegalArgumentException(
          bias.length + " biases for a norm of " + gain.length + " channels");
    }
  }

  /**
   * The norm of a file's weights.
   *
   * @param weight as stored
   * @param bias as stored, or empty
   */
  static Norm of(String name, NormKind kind, float[] weight, float[] bias, float epsilon) {
    float[] gain = weight.clone();
    if (kind == NormKind.RMS_ONE_PLUS) {
      for (int c = 0; c < gain.length; c++) {
        gain[c] += 1;
      }
    }
    return new Norm(name, kind, gain, bias, epsilon);
  }

  /** The weight as the file holds it: the gain, or what is added to 1. */
  public float[] storedWeight() {
    float[] weight = gain.clone();
    for (int c = 0; kind == NormKind.RMS_ONE_PLUS && c < weight.length; c++) {
      weight[c] -= 1;
    }
    return weight;
  }

  /** The norm whose channels are multiplied by a factor each. */
  Norm scaled(float[] factor) {
    return new Norm(name, kind, times(gain, factor), times(bias, factor), epsilon);
  }

  /** The norm with a constant per channel subtracted behind it. */
  Norm shifted(float[] offset) {
    float[] shifted = bias.length == 0 ? new float[offset.length] : bias.clone();
    for (int c = 0; c < shifted.length; c++) {
      shifted[c] -= offset[c];
    }
    return new Norm(name, kind, gain, shifted, epsilon);
  }

  private static float[] times(float[] values, float[] factor) {
    float[] product = values.clone();
    for (int c = 0; c < product.length; c++) {
      product[c] *= factor[c];
    }
    return product;
  }

  /**
   * Normalises; sums are double and run over ascending channels.
   *
   * @param x [tokens, channels], read
   * @return a new matrix
   */
  public FloatMatrix apply(FloatMatrix x, Compute compute) {
    FloatMatrix y = x.copy();
    applyInPlace(y, compute);
    return y;
  }

  /**
   * Normalises each run of {@code gain.length} channels of each row.
   *
   * @param x [tokens, k·channels], read and written
   */
  void applyInPlace(FloatMatrix x, Compute compute) {
    if (x.cols() % gain.length != 0) {
      throw new IllegalArgumentException(
          "rows of " + x.cols() + " channels, the norm has " + gain.length);
    }
    compute.parallel(
        x.rows(),
        t -> {
          for (int c = 0; c < x.cols(); c += gain.length) {
            normalise(x.data(), x.offset(t) + c);
          }
        });
  }

  private void normalise(float[] data, int offset) {
    int n = gain.length;
    double mean = 0;
    if (kind == NormKind.LAYER) {
      for (int c = 0; c < n; c++) {
        mean += data[offset + c];
      }
      mean /= n;
    }
    double square = 0;
    for (int c = 0; c < n; c++) {
      double value = data[offset + c] - mean;
      square = Math.fma(value, value, square);
    }
    float inverse = (float) (1 / Math.sqrt(square / n + epsilon));
    for (int c = 0; c < n; c++) {
      float value = (float) (data[offset + c] - mean) * inverse * gain[c];
      data[offset + c] = bias.length == 0 ? value : value + bias[c];
    }
  }

  /**
   * Adds the loss's gradient by the input to a matrix, given that by the output.
   *
   * @param x input [tokens, channels], read
   * @param gradient by the output, read
   * @param sum read and written
   * @throws IllegalArgumentException if the norm subtracts means
   */
  void addGradient(FloatMatrix x, FloatMatrix gradient, FloatMatrix sum, Compute compute) {
    if (kind == NormKind.LAYER || x.cols() != gain.length) {
      throw new IllegalArgumentException(
          "gradients go through root-mean-square norms of whole rows only, not through " + name);
    }
    int n = gain.length;
    compute.parallel(
        x.rows(),
        t -> {
          int row = x.offset(t);
          double square = 0;
          double along = 0;
          for (int c = 0; c < n; c++) {
            double value = x.data()[row + c];
            square = Math.fma(value, value, square);
            along = Math.fma(value * gain[c], gradient.data()[row + c], along);
          }
          double inverse = 1 / Math.sqrt(square / n + epsilon);
          double back = along * inverse * inverse * inverse / n;
          for (int c = 0; c < n; c++) {
            sum.data()[row + c] +=
                (float) (inverse * gain[c] * gradient.data()[row + c] - back * x.data()[row + c]);
          }
        });
  }
}
