package io.halftone.quantizers.grids;

import io.halftone.core.format.Formats;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.GridRounding;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Remainder;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.Timing;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.stats.ActivationBatch;
import io.halftone.core.stats.CollectedStatistics;
import io.halftone.core.stats.Statistics;
import io.halftone.core.tensor.FloatMatrix;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Small layers with heavy-tailed weights and correlated inputs, and naive losses on them in double.
 */
final class Problems {
  static final int OUT = 7;
  static final int IN = 48;
  static final Compute COMPUTE = Compute.defaults();

  private Problems() {}

  static Stream<TensorScheme> schemes() {
    return Stream.of(
        scheme(Formats.UINT4, new Granularity.PerGroup(16), Formats.F16, ZeroPoint.INTEGER),
        scheme(
            Formats.UINT2,
            new Granularity.PerGroup(20, Remainder.SHORT_LAST_GROUP),
            Formats.F32,
            ZeroPoint.INTEGER),
        scheme(Formats.UINT3, new Granularity.PerGroup(16), Formats.F16, ZeroPoint.FLOAT),
        scheme(Formats.INT4, new Granularity.PerRow(), Formats.F32, ZeroPoint.NONE),
        scheme(Formats.INT3, new Granularity.PerTensor(), Formats.BF16, ZeroPoint.INTEGER),
        scheme(Formats.INT2, new Granularity.PerColumn(), Formats.F32, ZeroPoint.NONE),
        scheme(Formats.UINT4, new Granularity.PerBlock(3, 10), Formats.F16, ZeroPoint.INTEGER),
        scheme(Formats.E2M1, new Granularity.PerGroup(16), Formats.F32, ZeroPoint.NONE));
  }

  static TensorScheme scheme(
      NumberFormat format, Granularity cells, NumberFormat storage, ZeroPoint zero) {
    return new TensorScheme(format, cells, new ScaleSpec.Stored(storage), zero, Timing.STATIC);
  }

  /** Gaussian weights, one in twenty of them six times as large. */
  static FloatMatrix weight(long seed) {
    Random random = new Random(seed);
    FloatMatrix weight = FloatMatrix.zeros(OUT, IN);
    for (int i = 0; i < weight.data().length; i++) {
      weight.data()[i] = (float) (0.02 * random.nextGaussian() * (random.nextInt(20) == 0 ? 6 : 1));
    }
    return weight;
  }

  /** Inputs with a common part and channels of different size. */
  static FloatMatrix inputs(long seed) {
    Random random = new Random(seed);
    FloatMatrix x = FloatMatrix.zeros(100, IN);
    for (int t = 0; t < x.rows(); t++) {
      double common = random.nextGaussian();
      for (int c = 0; c < IN; c++) {
        double size = c % 11 == 0 ? 12 : 1;
        x.set(t, c, (float) (size * (0.7 * common + random.nextGaussian())));
      }
    }
    return x;
  }

  static LinearTask task(TensorScheme scheme, FloatMatrix weight, FloatMatrix x) {
    CollectedStatistics stats =
        CollectedStatistics.of(ActivationBatch.of(x), Set.of(Statistics.GRAM), COMPUTE);
    return LinearTask.of("layer", weight, new LayerScheme(scheme, Schemes.FULL), stats);
  }

  static LinearTask task(TensorScheme scheme, long seed) {
    return task(scheme, weight(seed), inputs(seed + 1));
  }

  /** The same grid with one cell replaced. */
  static Grid with(Grid grid, int cell, float scale, float zero) {
    float[] scales = grid.scale().clone();
    float[] zeros = grid.zero().clone();
    scales[cell] = scale;
    zeros[cell] = zero;
    return new Grid(grid.layout(), scales, zeros);
  }

  static double residual(LinearTask task, Grid grid, int row, int col) {
    int cell = grid.layout().cell(row, col);
    float w = task.weight().get(row, col);
    NumberFormat format = task.scheme().weight().format();
    return (double) GridRounding.nearest(format, w, grid.scale()[cell], grid.zero()[cell]) - w;
  }

  /** Σ importance·|ŵ − w|^p of one cell. */
  static double loss(LinearTask task, Grid grid, int cell, double p, double[] importance) {
    CellLayout layout = grid.layout();
    double sum = 0;
    for (int r = 0; r < layout.rows(); r++) {
      for (int c = 0; c < layout.cols(); c++) {
        if (layout.cell(r, c) == cell) {
          sum += importance[c] * StrictMath.pow(Math.abs(residual(task, grid, r, c)), p);
        }
      }
    }
    return sum;
  }

  /** Σ over the cell's rows of δ·G·δᵀ with δ zero outside the cell. */
  static double outputError(LinearTask task, Grid grid, int cell, FloatMatrix x) {
    CellLayout layout = grid.layout();
    double sum = 0;
    for (int r = 0; r < layout.rows(); r++) {
      for (int t = 0; t < x.rows(); t++) {
        double y = 0;
        for (int c = 0; c < layout.cols(); c++) {
          if (layout.cell(r, c) == cell) {
            y += x.get(t, c) * residual(task, grid, r, c);
          }
        }
        sum += y * y;
      }
    }
    return sum;
  }

  /** The scale and zero point of candidate i, from the definition. */
  static Grid candidate(LinearTask task, double kept) {
    FloatMatrix shrunk = task.weight().copy();
    CellLayout layout = task.layout();
    float[] min = new float[layout.count()];
    float[] max = new float[layout.count()];
    Arrays.fill(min, Float.POSITIVE_INFINITY);
    Arrays.fill(max, Float.NEGATIVE_INFINITY);
    for (int r = 0; r < layout.rows(); r++) {
      for (int c = 0; c < layout.cols(); c++) {
        int cell = layout.cell(r, c);
        min[cell] = Math.min(min[cell], task.weight().get(r, c));
        max[cell] = Math.max(max[cell], task.weight().get(r, c));
      }
    }
    for (int r = 0; r < layout.rows(); r++) {
      for (int c = 0; c < layout.cols(); c++) {
        int cell = layout.cell(r, c);
        float low = (float) (kept * min[cell]);
        float high = (float) (kept * max[cell]);
        shrunk.set(r, c, Math.max(low, Math.min(high, shrunk.get(r, c))));
      }
    }
    return new MinMax().fit(task.withWeight(shrunk), COMPUTE);
  }

  static double[] ones() {
    double[] ones = new double[IN];
    Arrays.fill(ones, 1);
    return ones;
  }

  static double[] energies(LinearTask task) {
    double[] energies = new double[IN];
    for (int c = 0; c < IN; c++) {
      energies[c] = task.stats().get(Statistics.GRAM).sum().get(c, c);
    }
    return energies;
  }
}
