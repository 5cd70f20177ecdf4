package io.halftone.planted.code.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Sums over lanes with a species that is not constant. */
final class Sums {
  VectorSpecies species;

  float sum(FloatVector vector) {
    return vector.reduceLanes();
  }
}
