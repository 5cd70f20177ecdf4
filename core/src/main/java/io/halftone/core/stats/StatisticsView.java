package io.halftone.core.stats;

import io.halftone.core.transform.EquivalentTransform;
import java.util.NoSuchElementException;

/** The statistics collected at one site, read-only. */
public interface StatisticsView {
  /** No statistics at all: for weights without captured inputs. */
  StatisticsView NONE = new CollectedStatistics(java.util.Map.of());

  /**
   * One statistic's accumulator; not to be changed.
   *
   * @throws NoSuchElementException if it was not collected; the message names it
   */
  <A> A get(Statistic<A> statistic);

  /** Whether a statistic was collected. */
  boolean has(Statistic<?> statistic);

  /** The statistics of x·T; those that T leaves unknown are missing. */
  StatisticsView under(EquivalentTransform transform);

  /** The statistics of channels [from, to). */
  StatisticsView channels(int from, int to);
}
