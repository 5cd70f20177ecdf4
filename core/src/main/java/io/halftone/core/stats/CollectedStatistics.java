package io.halftone.core.stats;

import io.halftone.core.kernel.Compute;
import io.halftone.core.transform.EquivalentTransform;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;

/**
 * Accumulators by statistic.
 *
 * @param accumulators each of its statistic's type
 */
public record CollectedStatistics(Map<Statistic<?>, Object> accumulators)
    implements StatisticsView {
  /** Keeps the map's order. */
  public CollectedStatistics {
    accumulators = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(accumulators));
  }

  /** Everything asked for, of one batch. */
  public static CollectedStatistics of(
      ActivationBatch batch, Set<Statistic<?>> statistics, Compute compute) {
    return zero(statistics, batch.x().cols()).add(batch, compute);
  }

  /** Everything asked for, of no batches. */
  public static CollectedStatistics zero(Set<Statistic<?>> statistics, int channels) {
    Map<Statistic<?>, Object> zeros = new LinkedHashMap<>();
    for (Statistic<?> statistic : statistics) {
      zeros.put(statistic, statistic.zero(channels));
    }
    return new CollectedStatistics(zeros);
  }

  /** With one more batch; this object must not be used afterwards. */
  public CollectedStatistics add(ActivationBatch batch, Compute compute) {
    return map(
        new Change() {
          @Override
          public <A> A apply(Statistic<A> statistic, A accumulator) {
            return statistic.add(accumulator, batch, compute);
          }
        });
  }

  @Override
  public <A> A get(Statistic<A> statistic) {
    if (!accumulators.containsKey(statistic)) {
      throw new NoSuchElementException(
          "statistic "
              + statistic.name()
              + " was not collected, or is lost in a transform that mixes channels; a part must"
              + " name it in requires()");
    }
    return accumulator(statistic);
  }

  @SuppressWarnings("unchecked")
  private <A> A accumulator(Statistic<A> statistic) {
    return (A) accumulators.get(statistic);
  }

  @Override
  public boolean has(Statistic<?> statistic) {
    return accumulators.containsKey(statistic);
  }

  @Override
  public StatisticsView under(EquivalentTransform transform) {
    Map<Statistic<?>, Object> known = new LinkedHashMap<>(accumulators);
    known.keySet().removeIf(statistic -> !statistic.follows(transform));
    return new CollectedStatistics(known)
        .map(
            new Change() {
              @Override
              public <A> A apply(Statistic<A> statistic, A accumulator) {
                return statistic.transform(accumulator, transform);
              }
            });
  }

  @Override
  public StatisticsView channels(int from, int to) {
    return map(
        new Change() {
          @Override
          public <A> A apply(Statistic<A> statistic, A accumulator) {
            return statistic.channels(accumulator, from, to);
          }
        });
  }

  private interface Change {
    <A> A apply(Statistic<A> statistic, A accumulator);
  }

  private CollectedStatistics map(Change change) {
    Map<Statistic<?>, Object> changed = new LinkedHashMap<>();
    for (Statistic<?> statistic : accumulators.keySet()) {
      changed.put(statistic, changed(statistic, change));
    }
    return new CollectedStatistics(changed);
  }

  private <A> A changed(Statistic<A> statistic, Change change) {
    return change.apply(statistic, accumulator(statistic));
  }
}
