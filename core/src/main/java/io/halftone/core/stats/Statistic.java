package io.halftone.core.stats;

import io.halftone.core.kernel.Compute;
import io.halftone.core.transform.EquivalentTransform;
import java.io.Serializable;

/**
 * What is kept of a layer's inputs: a commutative monoid over batches, so partial results of
 * threads and machines merge.
 *
 * @param <A> accumulator
 */
public interface Statistic<A> extends Serializable {
  /** A short unique name, such as {@code gram}. */
  String name();

  /** The accumulator of no batches. */
  A zero(int channels);

  /** Adds a batch; may change and return {@code accumulator}. */
  A add(A accumulator, ActivationBatch batch, Compute compute);

  /** The accumulator of both sides' batches; may change and return {@code left}. */
  A merge(A left, A right);

  /** Whether the accumulator after x ← x·T can be had without seeing the tokens again. */
  default boolean follows(EquivalentTransform transform) {
    return true;
  }

  /**
   * The accumulator of the same tokens after x ← x·T, without seeing them again; a new object.
   *
   * @throws IllegalArgumentException if the statistic is not known after this transform
   */
  A transform(A accumulator, EquivalentTransform transform);

  /** The accumulator of channels [from, to) only; a new object. */
  A channels(A accumulator, int from, int to);
}
