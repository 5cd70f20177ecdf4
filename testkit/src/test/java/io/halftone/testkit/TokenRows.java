package io.halftone.testkit;

import io.halftone.core.tensor.FloatMatrix;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** The tokens of a sample in an order of their own. */
final class TokenRows {
  private TokenRows() {}

  /** All values, rows in ascending lexicographic order. */
  static double[] sorted(FloatMatrix x) {
    return IntStream.range(0, x.rows())
        .mapToObj(t -> x.rows(t, t + 1).data())
        .sorted(Comparator.comparing((float[] row) -> row, Arrays::compare))
        .flatMapToDouble(row -> IntStream.range(0, row.length).mapToDouble(c -> row[c]))
        .toArray();
  }
}
