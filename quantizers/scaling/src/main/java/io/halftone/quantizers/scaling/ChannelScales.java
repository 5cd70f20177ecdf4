package io.halftone.quantizers.scaling;

import io.halftone.core.spi.QuantizationException;
import io.halftone.core.spi.SiteTask;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.transform.Diagonal;

/**
 * Rules that turn magnitudes of channels into scales s, and scales into the transform x ← x / s, w
 * ← w·s.
 */
final class ChannelScales {
  /** Smallest channel maximum that counts, as in SmoothQuant's published code. */
  static final double MIN_MAXIMUM = 1e-5;

  /** Smallest scale before normalisation, as in AWQ's published code. */
  static final double MIN_SCALE = 1e-4;

  private ChannelScales() {}

  /**
   * s = max|x|^α / max|w|^(1-α), both maxima at least {@link #MIN_MAXIMUM}; 1 for channels that
   * were never active, whose weights a small s would round to zero.
   */
  static Diagonal smoothing(float[] inputMaxima, float[] weightMaxima, double alpha) {
    float[] factor = new float[inputMaxima.length];
    for (int c = 0; c < factor.length; c++) {
      double x = Math.max(inputMaxima[c], MIN_MAXIMUM);
      double w = Math.max(weightMaxima[c], MIN_MAXIMUM);
      factor[c] =
          inputMaxima[c] == 0
              ? 1
              : (float) (StrictMath.pow(w, 1 - alpha) / StrictMath.pow(x, alpha));
    }
    return new Diagonal(factor);
  }

  /**
   * s = max(mean^r, {@link #MIN_SCALE}), divided by √(max s·min s); 1 for channels that were never
   * active, whose weights a small s would round to zero.
   */
  static Diagonal activationAware(float[] inputMeans, double ratio) {
    double[] scale = new double[inputMeans.length];
    double largest = 0;
    double smallest = Double.POSITIVE_INFINITY;
    for (int c = 0; c < scale.length; c++) {
      if (inputMeans[c] > 0) {
        scale[c] = Math.max(StrictMath.pow(inputMeans[c], ratio), MIN_SCALE);
        largest = Math.max(largest, scale[c]);
        smallest = Math.min(smallest, scale[c]);
      }
    }
    double centre = Math.sqrt(largest * smallest);
    float[] factor = new float[scale.length];
    for (int c = 0; c < factor.length; c++) {
      factor[c] = inputMeans[c] > 0 ? (float) (centre / scale[c]) : 1;
    }
    return new Diagonal(factor);
  }

  /** max|w| per input channel over the rows of all consumers. */
  static float[] weightMaxima(SiteTask task) {
    float[] maxima = new float[task.site().size()];
    for (int consumer = 0; consumer < task.weights().size(); consumer++) {
      FloatMatrix weight = task.weights().get(consumer);
      task.linear(consumer).requireFiniteWeight();
      for (int r = 0; r < weight.rows(); r++) {
        int row = weight.offset(r);
        for (int c = 0; c < maxima.length; c++) {
          maxima[c] = Math.max(maxima[c], Math.abs(weight.data()[row + c]));
        }
      }
    }
    return maxima;
  }

  /**
   * The given magnitudes, checked.
   *
   * @throws QuantizationException naming the site and the first channel whose magnitude is not
   *     finite
   */
  static float[] requireFinite(SiteTask task, String what, float[] magnitudes) {
    for (int c = 0; c < magnitudes.length; c++) {
      if (!Float.isFinite(magnitudes[c])) {
        throw new QuantizationException(
            task.site().id(),
            what + " of input channel " + c + " is " + magnitudes[c] + ", must be finite");
      }
    }
    return magnitudes;
  }
}
