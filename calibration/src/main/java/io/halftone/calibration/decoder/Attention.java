package io.halftone.calibration.decoder;

import io.halftone.core.kernel.Compute;
import io.halftone.core.model.DecoderConfig;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Causal attention with query heads in groups that share keys and values.
 *
 * <p>Scores and the mixed values are matrix products per head, in bands of 64 positions so that
 * most of what the mask hides is never computed; memory 64·length floats per thread. The softmax
 * subtracts the row's maximum; its sum is double over ascending positions.
 */
final class Attention implements Mixer {
  private static final int BAND = 64;

  private final DecoderConfig config;
  private final int window;
  private final Rotation rotation;
  private final Optional<Norm> queryNorm;
  private final Optional<Norm> keyNorm;
  private final KeyValueCache cache;

  /**
   * Sets up the attention of one block, with a float cache.
   *
   * @param block its index, which decides about a window
   */
  Attention(
      DecoderConfig config,
      int block,
      Rotation rotation,
      Optional<Norm> queryNorm,
      Optional<Norm> keyNorm) {
    this(
        config,
        config.attention().windowOf(block),
        rotation,
        queryNorm,
        keyNorm,
        KeyValueCache.full(config.headSize()));
  }

  private Attention(
      DecoderConfig config,
      int window,
      Rotation rotation,
      Optional<Norm> queryNorm,
      Optional<Norm> keyNorm,
      KeyValueCache cache) {
    this.config = config;
    this.window = window;
    this.rotation = rotation;
    this.queryNorm = queryNorm;
    this.keyNorm = keyNorm;
    this.cache = cache;
  }

  @Override
  public Attention with(KeyValueCache other) {
    return new Attention(config, window, rotation, queryNorm, keyNorm, other);
  }

  @Override
  public FloatMatrix mix(List<FloatMatrix> projected, int[] lengths, Compute compute) {
    List<FloatMatrix> parts = parts(projected, compute);
    rotation.apply(parts.get(0), lengths, compute);
    rotation.apply(parts.get(1), lengths, compute);
    scale(parts.get(0));
    FloatMatrix key = cache.keys().entered(parts.get(1));
    FloatMatrix value = cache.values().entered(parts.get(2));
    Heads heads =
        new Heads(
            cache.keys().reading(parts.get(0), config.repeats()),
            key,
            value,
            cache.keys().rounded(cache.scheme().key(), key, lengths, compute),
            cache.values().rounded(cache.scheme().value(), value, lengths, compute));
    return cache.values().left(attend(heads, lengths, compute), config.repeats());
  }

  @Override
  public Optional<Remembered> remembered(
      List<FloatMatrix> projected, int[] lengths, Compute compute) {
    List<FloatMatrix> parts = parts(projected, compute);
    rotation.apply(parts.get(0), lengths, compute);
    rotation.apply(parts.get(1), lengths, compute);
    scale(parts.get(0));
    return Optional.of(new Remembered(parts.get(0), parts.get(1), parts.get(2)));
  }

  /**
   * {@inheritDoc}
   *
   * <p>The cache is float here.
   */
  @Override
  public FloatMatrix next(List<FloatMatrix> projected, PastTokens past, Compute compute) {
    List<FloatMatrix> parts = parts(projected, compute);
    rotation.applyAt(parts.get(0), past.length(), compute);
    rotation.applyAt(parts.get(1), past.length(), compute);
    scale(parts.get(0));
    past.append(parts.get(1), parts.get(2));
    FloatMatrix query = parts.get(0);
    FloatMatrix result = FloatMatrix.zeros(query.rows(), query.cols());
    compute.parallel(
        query.rows() * config.heads(),
        task ->
            nextHead(query, past, result, task / config.heads(), task % config.heads(), compute));
    return result;
  }

  private void nextHead(
      FloatMatrix query,
      PastTokens past,
      FloatMatrix result,
      int sequence,
      int head,
      Compute compute) {
    int size = config.headSize();
    int shared = head / config.repeats() * size;
    int seen = past.length();
    FloatMatrix scores =
        scores(
            MatrixView.of(query, sequence, head * size, 1, size),
            MatrixView.of(past.keys(sequence), 0, shared, seen, size),
            compute);
    softmax(scores.data(), 0, seen - 1, seen);
    compute
        .algebra()
        .multiplyAdd(
            MatrixView.of(scores),
            MatrixView.of(past.values(sequence), 0, shared, seen, size),
            MatrixView.of(result, sequence, head * size, 1, size));
  }

  /**
   * {@inheritDoc}
   *
   * <p>The cache's rounding and turning count as the identity.
   */
  @Override
  public List<FloatMatrix> gradient(
      List<FloatMatrix> projected, FloatMatrix gradient, int[] lengths, Compute compute) {
    if (projected.size() != 3
        || queryNorm.isPresent()
        || keyNorm.isPresent()
        || config.attention().scoreCap() != 0) {
      throw new IllegalArgumentException(
          "gradients go through attention of three linears without norms or caps only");
    }
    List<FloatMatrix> parts = projected.stream().map(FloatMatrix::copy).toList();
    rotation.apply(parts.get(0), lengths, compute);
    rotation.apply(parts.get(1), lengths, compute);
    scale(parts.get(0));
    List<FloatMatrix> by =
        new AttentionGradient(
                config, parts.get(0), parts.get(1), parts.get(2), this::softmax, compute)
            .of(gradient, lengths);
    scale(by.get(0));
    rotation.undo(by.get(0), lengths, compute);
    rotation.undo(by.get(1), lengths, compute);
    return by;
  }

  /** Queries, keys and values, normalised where the model does so. */
  private List<FloatMatrix> parts(List<FloatMatrix> projected, Compute compute) {
    List<FloatMatrix> parts = projected;
    if (projected.size() == 1) {
      int queries = config.heads() * config.headSize();
      int keys = config.keyValueHeads() * config.headSize();
      parts =
          List.of(
              columns(projected.get(0), 0, queries),
              columns(projected.get(0), queries, keys),
              columns(projected.get(0), queries + keys, keys));
    }
    FloatMatrix query = parts.get(0);
    FloatMatrix key = parts.get(1);
    queryNorm.ifPresent(norm -> norm.applyInPlace(query, compute));
    keyNorm.ifPresent(norm -> norm.applyInPlace(key, compute));
    return parts;
  }

  private static FloatMatrix columns(FloatMatrix x, int from, int count) {
    FloatMatrix part = FloatMatrix.zeros(x.rows(), count);
    for (int t = 0; t < x.rows(); t++) {
      System.arraycopy(x.data(), x.offset(t) + from, part.data(), part.offset(t), count);
    }
    return part;
  }

  private void scale(FloatMatrix query) {
    float given = config.attention().queryScale();
    float scale = given == 0 ? (float) (1 / Math.sqrt(config.headSize())) : given;
    for (int i = 0; i < query.data().length; i++) {
      query.data()[i] *= scale;
    }
  }

  /**
   * All heads of some sequences.
   *
   * @param key in float, for tokens in the cache's window
   * @param value in float
   * @param oldKey as it comes out of the cache
   * @param oldValue as it comes out of the cache
   */
  private record Heads(
      FloatMatrix query,
      FloatMatrix key,
      FloatMatrix value,
      FloatMatrix oldKey,
      FloatMatrix oldValue) {}

  private FloatMatrix attend(Heads heads, int[] lengths, Compute compute) {
    FloatMatrix result = FloatMatrix.zeros(heads.query().rows(), heads.query().cols());
    int[] start = new int[lengths.length];
    for (int s = 1; s < lengths.length; s++) {
      start[s] = start[s - 1] + lengths[s - 1];
    }
    compute.parallel(
        lengths.length * config.heads(),
        task -> {
          int sequence = task / config.heads();
          int head = task % config.heads();
          attendHead(heads, result, start[sequence], lengths[sequence], head, compute);
        });
    return result;
  }

  private void attendHead(
      Heads heads, FloatMatrix result, int start, int length, int head, Compute compute) {
    int size = config.headSize();
    int shared = head / config.repeats() * size;
    for (int from = 0; from < length; from += BAND) {
      int rows = Math.min(BAND, length - from);
      int seen = from + rows;
      MatrixView query = MatrixView.of(heads.query(), start + from, head * size, rows, size);
      FloatMatrix scores =
          scores(query, MatrixView.of(heads.oldKey(), start, shared, seen, size), compute);
      if (cache.hasWindow()) {
        FloatMatrix recent =
            scores(query, MatrixView.of(heads.key(), start, shared, seen, size), compute);
        for (int r = 0; r < rows; r++) {
          int first = cache.firstFloatKey(from + r);
          int at = scores.offset(r) + first;
          System.arraycopy(recent.data(), at, scores.data(), at, seen - first);
        }
      }
      for (int r = 0; r < rows; r++) {
        softmax(scores.data(), scores.offset(r), from + r, seen);
      }
      MatrixView mixed = MatrixView.of(result, start + from, head * size, rows, size);
      if (cache.hasWindow()) {
        FloatMatrix recent = cutRecent(scores, from);
        compute
            .algebra()
            .multiplyAdd(
                MatrixView.of(recent),
                MatrixView.of(heads.value(), start, shared, seen, size),
                mixed);
      }
      compute
          .algebra()
          .multiplyAdd(
              MatrixView.of(scores),
              MatrixView.of(heads.oldValue(), start, shared, seen, size),
              mixed);
    }
  }

  private static FloatMatrix scores(MatrixView query, MatrixView key, Compute compute) {
    FloatMatrix scores = FloatMatrix.zeros(query.rows(), key.rows());
    compute.algebra().multiplyTransposedAdd(query, key, MatrixView.of(scores));
    return scores;
  }

  /** Moves the weights of values that are still float into a matrix of their own. */
  private FloatMatrix cutRecent(FloatMatrix weights, int fromPosition) {
    FloatMatrix recent = FloatMatrix.zeros(weights.rows(), weights.cols());
    for (int r = 0; r < weights.rows(); r++) {
      int first = cache.firstFloatValue(fromPosition + r);
      int at = weights.offset(r) + first;
      int end = weights.offset(r) + weights.cols();
      System.arraycopy(weights.data(), at, recent.data(), at, end - at);
      Arrays.fill(weights.data(), at, end, 0);
    }
    return recent;
  }

  /** Turns the scores of one position into weights; positions it does not see get 0. */
  private void softmax(float[] scores, int offset, int position, int length) {
    int first = window == 0 ? 0 : Math.max(0, position - window + 1);
    float cap = config.attention().scoreCap();
    float max = Float.NEGATIVE_INFINITY;
    for (int c = first; c <= position; c++) {
      float score = scores[offset + c];
      score = cap == 0 ? score : cap * Activations.tanh(score / cap);
      scores[offset + c] = score;
      max = Math.max(max, score);
    }
    double sum = 0;
    for (int c = first; c <= position; c++) {
      float weight = Exponential.of(scores[offset + c] - max);
      scores[offset + c] = weight;
      sum += weight;
    }
    float inverse = (float) (1 / sum);
    for (int c = 0; c < length; c++) {
      scores[offset + c] = c < first || c > position ? 0 : scores[offset + c] * inverse;
    }
  }
}
