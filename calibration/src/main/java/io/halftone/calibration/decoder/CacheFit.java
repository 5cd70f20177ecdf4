package io.halftone.calibration.decoder;

import io.halftone.core.kernel.Compute;
import io.halftone.core.kernel.NotPositiveDefiniteException;
import io.halftone.core.quantized.RowFeedback;
import io.halftone.core.scheme.CacheBasis;
import io.halftone.core.scheme.CacheCodes;
import io.halftone.core.scheme.CacheScheme;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;
import io.halftone.core.transform.EquivalentTransform;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Fits the cache of one block to calibration tokens: means and covariances of its keys and values,
 * and second moments of what reads them, the queries for keys and the output linear's columns for
 * values. Memory four matrices [headSize, headSize] of doubles a head.
 *
 * <p>Differs: SageAttention takes each sequence's own mean, which is not known while tokens are
 * decoded one by one.
 */
final class CacheFit {
  private final KeyValueCache cache;
  private final Sublayer attention;
  private final Compute compute;
  private final int heads;
  private final HeadMoments queries;
  private final HeadMoments keys;
  private final HeadMoments values;

  private CacheFit(KeyValueCache cache, Sublayer attention, int heads, Compute compute) {
    this.cache = cache;
    this.attention = attention;
    this.compute = compute;
    this.heads = heads;
    int size = cache.headSize();
    this.queries = new HeadMoments(heads, size);
    this.keys = new HeadMoments(heads, size);
    this.values = new HeadMoments(heads, size);
  }

  /**
   * The fitted cache.
   *
   * @param cache of the scheme, in the recipe's basis
   * @param attention with the input linears that will run and the float output linear
   * @param stream states in front of it, read
   * @return empty where the half remembers nothing
   * @throws QuantizationException if a head's keys, values, queries or outputs are all zero; names
   *     it
   */
  static Optional<KeyValueCache> of(
      KeyValueCache cache, Sublayer attention, ResidualStream stream, Compute compute) {
    CacheFit fit = null;
    for (int i = 0; i < stream.batches(); i++) {
      Optional<Mixer.Remembered> batch =
          attention.remembered(stream.state(i), stream.lengths(i), compute);
      if (batch.isEmpty()) {
        return Optional.empty();
      }
      if (fit == null) {
        int heads = batch.get().keys().cols() / cache.headSize();
        fit = new CacheFit(cache, attention, heads, compute);
      }
      fit.queries.add(batch.get().queries(), stream.weights(i), compute);
      fit.keys.add(batch.get().keys(), stream.weights(i), compute);
      fit.values.add(batch.get().values(), stream.weights(i), compute);
    }
    return Optional.ofNullable(fit).map(CacheFit::fitted);
  }

  private KeyValueCache fitted() {
    return new KeyValueCache(
        cache.scheme(),
        side("keys", keys, () -> queries, cache.keys()),
        side("values", values, this::outputColumns, cache.values()));
  }

  private CacheSide side(
      String name, HeadMoments stored, Supplier<HeadMoments> readers, CacheSide given) {
    CacheScheme scheme = cache.scheme();
    List<EquivalentTransform> bases =
        scheme.basis() == CacheBasis.WHITE
            ? white(name, stored, given.bases().get(0))
            : given.bases();
    return new CacheSide(
        scheme.basis() == CacheBasis.OWN ? new float[0] : stored.mean(),
        bases,
        scheme.codes() == CacheCodes.FEEDBACK ? feedback(name, bases, readers.get()) : List.of());
  }

  private List<EquivalentTransform> white(
      String name, HeadMoments stored, EquivalentTransform turn) {
    List<EquivalentTransform> bases = new ArrayList<>();
    for (int h = 0; h < heads; h++) {
      bases.add(Whitening.of(head(name, h), stored.covariance(h), turn, compute));
    }
    return bases;
  }

  private List<RowFeedback> feedback(
      String name, List<EquivalentTransform> bases, HeadMoments readers) {
    List<RowFeedback> feedback = new ArrayList<>();
    for (int h = 0; h < heads; h++) {
      EquivalentTransform basis = bases.get(bases.size() == 1 ? 0 : h);
      feedback.add(feedback(head(name, h), basis.applyToGram(readers.gram(h))));
    }
    return feedback;
  }

  private String head(String name, int head) {
    return attention.name() + ", " + name + " of head " + head;
  }

  private RowFeedback feedback(String head, SquareMatrix reader) {
    try {
      return RowFeedback.of(reader, compute);
    } catch (NotPositiveDefiniteException e) {
      throw new QuantizationException(
          head,
          "the second moment of what reads it, of mean diagonal "
              + reader.meanDiagonal()
              + ", cannot be factored: pivot "
              + e.pivot(),
          e);
    }
  }

  /**
   * Moments of the rows of W [out, heads·headSize], the output linear's weight, without its bias.
   */
  private HeadMoments outputColumns() {
    int in = attention.output().in();
    FloatMatrix units = FloatMatrix.zeros(in + 1, in);
    for (int c = 0; c < in; c++) {
      units.set(c, c, 1);
    }
    FloatMatrix columns = attention.output().apply(units, compute);
    int out = columns.cols();
    for (int c = 0; c < in; c++) {
      for (int o = 0; o < out; o++) {
        columns.data()[columns.offset(c) + o] -= columns.data()[columns.offset(in) + o];
      }
    }
    HeadMoments moments = new HeadMoments(heads, cache.headSize());
    float[] alike = new float[out];
    Arrays.fill(alike, 1);
    moments.add(columns.rows(0, in).transpose(), alike, compute);
    return moments;
  }
}
