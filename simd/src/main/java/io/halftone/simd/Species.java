package io.halftone.simd;

import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The vector shapes of this JVM, constants so that the compiler sees them. */
final class Species {
  private static final int WIDEST = 512;
  private static final VectorShape SHAPE =
      VectorShape.forBitSize(
          Integer.getInteger(
              VectorKernelProvider.BITS_PROPERTY,
              Math.min(WIDEST, VectorShape.preferredShape().vectorBitSize())));

  static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, SHAPE);
  static final VectorSpecies<Double> DOUBLES = VectorSpecies.of(double.class, SHAPE);

  private Species() {}
}
