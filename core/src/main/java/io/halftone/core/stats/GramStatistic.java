package io.halftone.core.stats;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;
import io.halftone.core.transform.EquivalentTransform;
import java.util.Arrays;

/** Σ weight·xᵀx; rows are multiplied by the root of their weight, rows of weight 0 are left out. */
record GramStatistic() implements Statistic<GramMatrix> {
  @Override
  public String name() {
    return "gram";
  }

  @Override
  public GramMatrix zero(int channels) {
    return GramMatrix.ofUpper(SquareMatrix.zeros(channels), 0);
  }

  @Override
  public GramMatrix add(GramMatrix accumulator, ActivationBatch batch, Compute compute) {
    compute.algebra().addUpperGram(weighted(batch), accumulator.upper());
    double weight = accumulator.weight() + batch.totalWeight();
    return GramMatrix.ofUpper(accumulator.upper(), weight);
  }

  private static FloatMatrix weighted(ActivationBatch batch) {
    FloatMatrix x = batch.x();
    int kept = 0;
    boolean unchanged = true;
    for (float weight : batch.tokenWeight()) {
      unchanged &= weight == 1;
      kept += weight > 0 ? 1 : 0;
    }
    if (unchanged) {
      return x;
    }
    FloatMatrix result = FloatMatrix.zeros(kept, x.cols());
    int row = 0;
    for (int t = 0; t < x.rows(); t++) {
      if (batch.tokenWeight()[t] > 0) {
        float root = (float) Math.sqrt(batch.tokenWeight()[t]);
        for (int c = 0; c < x.cols(); c++) {
          result.data()[result.offset(row) + c] = root * x.data()[x.offset(t) + c];
        }
        row++;
      }
    }
    return result;
  }

  @Override
  public GramMatrix merge(GramMatrix left, GramMatrix right) {
    double[] sum = left.upper().values();
    double[] other = right.upper().values();
    int size = left.upper().size();
    for (int row = 0; row < size; row++) {
      for (int i = row * size + row; i < (row + 1) * size; i++) {
        sum[i] += other[i];
      }
    }
    return GramMatrix.ofUpper(left.upper(), left.weight() + right.weight());
  }

  @Override
  public boolean follows(EquivalentTransform transform) {
    return transform.isLinear();
  }

  @Override
  public GramMatrix transform(GramMatrix accumulator, EquivalentTransform transform) {
    return new GramMatrix(transform.applyToGram(accumulator.sum()), accumulator.weight());
  }

  @Override
  public GramMatrix channels(GramMatrix accumulator, int from, int to) {
    int size = accumulator.sum().size();
    double[] values = new double[(to - from) * (to - from)];
    for (int r = from; r < to; r++) {
      double[] row = Arrays.copyOfRange(accumulator.sum().values(), r * size + from, r * size + to);
      System.arraycopy(row, 0, values, (r - from) * (to - from), row.length);
    }
    return new GramMatrix(new SquareMatrix(to - from, values), accumulator.weight());
  }
}
