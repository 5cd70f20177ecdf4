package io.halftone.quantizers.scaling;

import io.halftone.core.kernel.Compute;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.spi.SiteTask;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.transform.Diagonal;
import java.util.Arrays;

/**
 * Cyclic descent over channel scales s on Σ(range(w·s)²) · Σ(importance / s²), for each set of
 * columns that share cells.
 *
 * <p>The objective does not change when all scales of a set are multiplied by one number; their
 * geometric mean is kept at 1.
 */
final class RangeDescent {
  private static final double FIRST_STEP = 1.3;
  private static final double STEP_DECAY = 0.7;
  private static final int REACH = 3;

  private final double[] importance;
  private final int setSize;
  private final float[][] high;
  private final float[][] low;

  /** high and low: per column, the largest and smallest weight (and 0) in each cell it crosses. */
  private RangeDescent(double[] importance, int setSize, float[][] high, float[][] low) {
    this.importance = importance;
    this.setSize = setSize;
    this.high = high;
    this.low = low;
  }

  /**
   * The descent of a site, from scales 1.
   *
   * @param importance one positive number per channel, read
   */
  static RangeDescent of(SiteTask task, double[] importance) {
    int in = task.site().size();
    int cells = 0;
    int setSize = in;
    for (int consumer = 0; consumer < task.weights().size(); consumer++) {
      task.linear(consumer).requireFiniteWeight();
      CellLayout layout = task.linear(consumer).layout();
      setSize = Math.min(layout.cellCols(), in);
      cells += (layout.rows() + layout.cellRows() - 1) / layout.cellRows();
    }
    float[][] high = new float[in][cells];
    float[][] low = new float[in][cells];
    boolean symmetric = task.scheme().weight().zeroPoint() == ZeroPoint.NONE;
    int first = 0;
    for (int consumer = 0; consumer < task.weights().size(); consumer++) {
      FloatMatrix weight = task.weights().get(consumer);
      int cellRows = task.linear(consumer).layout().cellRows();
      for (int r = 0; r < weight.rows(); r++) {
        int cell = first + r / cellRows;
        for (int j = 0; j < in; j++) {
          float w = weight.get(r, j);
          high[j][cell] = Math.max(high[j][cell], symmetric ? Math.abs(w) : w);
          low[j][cell] = Math.min(low[j][cell], symmetric ? -Math.abs(w) : w);
        }
      }
      first += (weight.rows() + cellRows - 1) / cellRows;
    }
    return new RangeDescent(importance, setSize, high, low);
  }

  /**
   * The transform x ← x / s after a number of sweeps, whose steps become finer by a fixed ratio.
   */
  Diagonal run(int sweeps, Compute compute) {
    int in = importance.length;
    float[] factor = new float[in];
    compute.parallel(
        (in + setSize - 1) / setSize,
        set -> {
          int from = set * setSize;
          double[] scale = descend(from, Math.min(in, from + setSize), sweeps);
          for (int j = 0; j < scale.length; j++) {
            factor[from + j] = (float) (1 / scale[j]);
          }
        });
    return new Diagonal(factor);
  }

  private double[] descend(int from, int to, int sweeps) {
    double[] scale = new double[to - from];
    Arrays.fill(scale, 1);
    double logStep = StrictMath.log(FIRST_STEP);
    for (int sweep = 0; sweep < sweeps; sweep++) {
      sweep(from, scale, StrictMath.exp(logStep));
      logStep *= STEP_DECAY;
    }
    double logMean = 0;
    for (double s : scale) {
      logMean += StrictMath.log(s) / scale.length;
    }
    double mean = StrictMath.exp(logMean);
    for (int j = 0; j < scale.length; j++) {
      scale[j] /= mean;
    }
    return scale;
  }

  private void sweep(int from, double[] scale, double step) {
    int size = scale.length;
    int cells = high[from].length;
    float[][] highAfter = new float[size + 1][cells];
    float[][] lowAfter = new float[size + 1][cells];
    for (int j = size - 1; j >= 0; j--) {
      include(from + j, scale[j], highAfter[j + 1], lowAfter[j + 1], highAfter[j], lowAfter[j]);
    }
    float[] highBefore = new float[cells];
    float[] lowBefore = new float[cells];
    double noise = 0;
    for (int j = 0; j < size; j++) {
      noise += importance[from + j] / (scale[j] * scale[j]);
    }
    for (int j = 0; j < size; j++) {
      noise -= importance[from + j] / (scale[j] * scale[j]);
      for (int c = 0; c < cells; c++) {
        highAfter[j + 1][c] = Math.max(highAfter[j + 1][c], highBefore[c]);
        lowAfter[j + 1][c] = Math.min(lowAfter[j + 1][c], lowBefore[c]);
      }
      scale[j] = best(from + j, scale[j], step, noise, highAfter[j + 1], lowAfter[j + 1]);
      noise += importance[from + j] / (scale[j] * scale[j]);
      include(from + j, scale[j], highBefore, lowBefore, highBefore, lowBefore);
    }
  }

  /** The ends of every cell once column j with its scale is added to the given ones. */
  private void include(
      int j, double scale, float[] highIn, float[] lowIn, float[] highOut, float[] lowOut) {
    float s = (float) scale;
    for (int c = 0; c < highOut.length; c++) {
      highOut[c] = Math.max(highIn[c], high[j][c] * s);
      lowOut[c] = Math.min(lowIn[c], low[j][c] * s);
    }
  }

  private double best(
      int j, double now, double step, double otherNoise, float[] highOthers, float[] lowOthers) {
    double best = now;
    double least = objective(j, now, otherNoise, highOthers, lowOthers);
    for (int power = -REACH; power <= REACH; power++) {
      double candidate = now * StrictMath.pow(step, power);
      double value = objective(j, candidate, otherNoise, highOthers, lowOthers);
      if (value < least) {
        least = value;
        best = candidate;
      }
    }
    return best;
  }

  private double objective(
      int j, double scale, double otherNoise, float[] highOthers, float[] lowOthers) {
    float s = (float) scale;
    float[] top = high[j];
    float[] bottom = low[j];
    double squares = 0;
    for (int c = 0; c < top.length; c++) {
      double range = Math.max(highOthers[c], top[c] * s) - Math.min(lowOthers[c], bottom[c] * s);
      squares = Math.fma(range, range, squares);
    }
    return squares * (otherNoise + importance[j] / (scale * scale));
  }
}
