package io.halftone.core.stats;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.transform.EquivalentTransform;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Keeps the {@code size} tokens whose values have the smallest hash: commutative, and the same for
 * every order of batches.
 *
 * @param size tokens kept, at least 1
 */
record TokenSampleStatistic(int size) implements Statistic<TokenSample> {
  TokenSampleStatistic {
    if (size < 1) {
      throw new IllegalArgumentException("sample size is " + size + ", must be at least 1");
    }
  }

  @Override
  public String name() {
    return "sample-" + size;
  }

  @Override
  public TokenSample zero(int channels) {
    return new TokenSample(FloatMatrix.zeros(0, channels), new long[0]);
  }

  @Override
  public TokenSample add(TokenSample accumulator, ActivationBatch batch, Compute compute) {
    FloatMatrix x = batch.x();
    int[] positive = IntStream.range(0, x.rows()).filter(t -> batch.tokenWeight()[t] > 0).toArray();
    long[] hash = new long[positive.length];
    FloatMatrix kept = FloatMatrix.zeros(positive.length, x.cols());
    for (int i = 0; i < positive.length; i++) {
      int row = x.offset(positive[i]);
      hash[i] = hash(x.data(), row, x.cols());
      System.arraycopy(x.data(), row, kept.data(), kept.offset(i), x.cols());
    }
    return merge(accumulator, new TokenSample(kept, hash));
  }

  private static long hash(float[] data, int offset, int length) {
    long hash = 0x9e3779b97f4a7c15L;
    for (int i = offset; i < offset + length; i++) {
      hash = (hash ^ Float.floatToIntBits(data[i])) * 0xbf58476d1ce4e5b9L;
      hash ^= hash >>> 29;
    }
    return hash;
  }

  @Override
  public TokenSample merge(TokenSample left, TokenSample right) {
    int fromLeft = left.x().rows();
    int total = fromLeft + right.x().rows();
    int[] order =
        IntStream.range(0, total)
            .boxed()
            .sorted(Comparator.comparingLong(i -> hashAt(left, right, i)))
            .limit(size)
            .mapToInt(Integer::intValue)
            .toArray();
    FloatMatrix x = FloatMatrix.zeros(order.length, left.x().cols());
    long[] hash = new long[order.length];
    for (int i = 0; i < order.length; i++) {
      TokenSample side = order[i] < fromLeft ? left : right;
      int row = order[i] < fromLeft ? order[i] : order[i] - fromLeft;
      hash[i] = side.hash()[row];
      System.arraycopy(side.x().data(), side.x().offset(row), x.data(), x.offset(i), x.cols());
    }
    return new TokenSample(x, hash);
  }

  private static long hashAt(TokenSample left, TokenSample right, int index) {
    int fromLeft = left.x().rows();
    return index < fromLeft ? left.hash()[index] : right.hash()[index - fromLeft];
  }

  @Override
  public TokenSample transform(TokenSample accumulator, EquivalentTransform transform) {
    return new TokenSample(transform.applyToInput(accumulator.x()), accumulator.hash().clone());
  }

  @Override
  public TokenSample channels(TokenSample accumulator, int from, int to) {
    return new TokenSample(
        accumulator.x().columns(IntStream.range(from, to).toArray()), accumulator.hash().clone());
  }
}
