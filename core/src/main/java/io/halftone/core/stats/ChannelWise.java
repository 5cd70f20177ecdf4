package io.halftone.core.stats;

import io.halftone.core.transform.Chain;
import io.halftone.core.transform.Diagonal;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Identity;
import io.halftone.core.transform.Permutation;

/** How one non-negative number per channel follows a transform that keeps channels apart. */
final class ChannelWise {
  private ChannelWise() {}

  /** Whether a transform keeps channels apart. */
  static boolean follows(EquivalentTransform transform) {
    return transform instanceof Chain chain
        ? chain.steps().stream().allMatch(ChannelWise::follows)
        : transform instanceof Identity
            || transform instanceof Diagonal
            || transform instanceof Permutation;
  }

  /**
   * The numbers after a transform.
   *
   * @throws IllegalArgumentException if it mixes channels
   */
  static float[] transform(float[] values, EquivalentTransform transform) {
    if (transform instanceof Identity) {
      return values.clone();
    }
    if (transform instanceof Diagonal diagonal) {
      float[] result = values.clone();
      for (int c = 0; c < result.length; c++) {
        result[c] *= diagonal.factor()[c];
      }
      return result;
    }
    if (transform instanceof Permutation permutation) {
      float[] result = new float[values.length];
      for (int c = 0; c < result.length; c++) {
        result[c] = values[permutation.order()[c]];
      }
      return result;
    }
    if (!follows(transform)) {
      throw new IllegalArgumentException(
          "numbers per channel are not known after a transform that mixes channels");
    }
    float[] result = values;
    for (EquivalentTransform step : ((Chain) transform).steps()) {
      result = transform(result, step);
    }
    return result;
  }
}
