package io.halftone.calibration.decoder;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.InputRounding;
import io.halftone.core.quantized.RowFeedback;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;
import io.halftone.core.transform.EquivalentTransform;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/**
 * How one block keeps its keys, or its values: x is stored as (x − m)·T⁻ᵀ, head by head, and what
 * reads it is multiplied by T.
 *
 * <p>q·(k − m) differs from q·k by q·m, the same for every key k, so the softmax of a query's
 * scores stays what it was. Σ a·(v − m) + m is Σ a·v where the weights a have the sum 1.
 *
 * @param mean m [heads·headSize], empty for zero
 * @param bases T of every head, or one T for all
 * @param feedback how errors move inside every head, empty for nearest codes
 * @see <a href="https://arxiv.org/abs/2410.02367">Zhang et al., SageAttention, 2024, section 4.2
 *     (smoothing of K by its mean)</a>
 */
public record CacheSide(float[] mean, List<EquivalentTransform> bases, List<RowFeedback> feedback) {
  /** Takes copies of the lists. */
  public CacheSide {
    bases = List.copyOf(bases);
    feedback = List.copyOf(feedback);
  }

  /** Nearest codes relative to zero, all heads in one basis. */
  static CacheSide of(EquivalentTransform basis) {
    return new CacheSide(new float[0], List.of(basis), List.of());
  }

  private int headSize() {
    return bases.get(0).sizeIn();
  }

  private EquivalentTransform basis(int head) {
    return bases.get(bases.size() == 1 ? 0 : head);
  }

  /** (x − m)·T⁻ᵀ of keys or values [tokens, heads·headSize], as they are stored. */
  FloatMatrix entered(FloatMatrix x) {
    return byHead(withoutMean(x), head -> basis(head)::applyToWeight);
  }

  /**
   * q·T of queries [tokens, query heads·headSize].
   *
   * @param repeats query heads that share keys
   */
  FloatMatrix reading(FloatMatrix query, int repeats) {
    return byHead(query, head -> basis(head / repeats)::applyToInput);
  }

  /**
   * y·Tᵀ + m of mixtures of stored values [tokens, query heads·headSize].
   *
   * @param repeats query heads that share values
   */
  FloatMatrix left(FloatMatrix mixed, int repeats) {
    FloatMatrix x = byHead(mixed, head -> basis(head / repeats).inverse()::applyToWeight);
    if (mean.length == 0) {
      return x;
    }
    FloatMatrix result = x.copy();
    int size = headSize();
    for (int t = 0; t < x.rows(); t++) {
      for (int c = 0; c < x.cols(); c++) {
        result.data()[result.offset(t) + c] += mean[c / size / repeats * size + c % size];
      }
    }
    return result;
  }

  private FloatMatrix withoutMean(FloatMatrix x) {
    if (mean.length == 0) {
      return x;
    }
    FloatMatrix less = FloatMatrix.zeros(x.rows(), x.cols());
    for (int t = 0; t < x.rows(); t++) {
      for (int c = 0; c < mean.length; c++) {
        less.data()[less.offset(t) + c] = x.data()[x.offset(t) + c] - mean[c];
      }
    }
    return less;
  }

  private FloatMatrix byHead(FloatMatrix x, IntFunction<UnaryOperator<FloatMatrix>> map) {
    int size = headSize();
    if (bases.size() == 1) {
      if (bases.get(0).isIdentity()) {
        return x;
      }
      FloatMatrix heads = FloatMatrix.wrap(x.data(), x.data().length / size, size);
      return FloatMatrix.wrap(map.apply(0).apply(heads).data(), x.rows(), x.cols());
    }
    FloatMatrix result = FloatMatrix.zeros(x.rows(), x.cols());
    for (int head = 0; head < x.cols() / size; head++) {
      FloatMatrix mapped = map.apply(head).apply(part(x, 0, x.rows(), head * size, size));
      copy(MatrixView.of(mapped), MatrixView.of(result, 0, head * size, x.rows(), size));
    }
    return result;
  }

  /**
   * All keys or values as they come out of the cache.
   *
   * @param format of the codes
   * @param x [tokens, heads·headSize], as {@link #entered}, read
   * @param lengths of the sequences whose tokens follow each other
   */
  FloatMatrix rounded(TensorScheme format, FloatMatrix x, int[] lengths, Compute compute) {
    if (format.isFull()) {
      return x;
    }
    int size = headSize();
    int heads = x.cols() / size;
    int[] start = new int[lengths.length];
    for (int s = 1; s < lengths.length; s++) {
      start[s] = start[s - 1] + lengths[s - 1];
    }
    FloatMatrix result = FloatMatrix.zeros(x.rows(), x.cols());
    compute.parallel(
        lengths.length * heads,
        task -> {
          int from = start[task / heads];
          int rows = lengths[task / heads];
          int head = task % heads;
          FloatMatrix rounded =
              rounded(format, head, part(x, from, rows, head * size, size), compute);
          copy(MatrixView.of(rounded), MatrixView.of(result, from, head * size, rows, size));
        });
    return result;
  }

  private FloatMatrix rounded(TensorScheme format, int head, FloatMatrix x, Compute compute) {
    return feedback.isEmpty()
        ? InputRounding.apply(format, x)
        : feedback.get(head).apply(format, x, compute.kernels());
  }

  private static FloatMatrix part(FloatMatrix x, int row, int rows, int col, int cols) {
    FloatMatrix part = FloatMatrix.zeros(rows, cols);
    copy(MatrixView.of(x, row, col, rows, cols), MatrixView.of(part));
    return part;
  }

  private static void copy(MatrixView from, MatrixView to) {
    for (int r = 0; r < from.rows(); r++) {
      System.arraycopy(
          from.data(),
          from.offset() + r * from.stride(),
          to.data(),
          to.offset() + r * to.stride(),
          from.cols());
    }
  }
}
