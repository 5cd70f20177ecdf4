package io.halftone.quantizers.rounding;

import io.halftone.core.tensor.SquareMatrix;
import io.halftone.core.transform.Permutation;
import java.util.stream.IntStream;

/** The order in which columns are quantized. */
public enum ColumnOrder {
  /** As they stand. */
  NATURAL {
    @Override
    Permutation of(SquareMatrix gram) {
      return new Permutation(IntStream.range(0, gram.size()).toArray());
    }
  },
  /** Act order: by falling diagonal of the Gram matrix, equal ones as they stand. */
  ACTIVATION {
    @Override
    Permutation of(SquareMatrix gram) {
      return new Permutation(gram.byFallingDiagonal());
    }
  };

  abstract Permutation of(SquareMatrix gram);
}
