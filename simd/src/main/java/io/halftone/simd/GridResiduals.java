package io.halftone.simd;

import static io.halftone.simd.Species.FLOATS;

import io.halftone.core.kernel.GridResidual;
import io.halftone.core.kernel.Lanes;
import jdk.incubator.vector.FloatVector;

/** {@link io.halftone.core.kernel.Kernels#squaredResiduals} a vector at a time. */
final class GridResiduals {
  private static final int LANES = FLOATS.length();

  private GridResiduals() {}

  static float squared(
      float[] x, int offset, int length, float unit, float scale, float shift, int low, int high) {
    float inverse = 1 / scale;
    FloatVector inverses = FloatVector.broadcast(FLOATS, inverse);
    FloatVector shifts = FloatVector.broadcast(FLOATS, shift);
    FloatVector s0 = FloatVector.zero(FLOATS);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int whole = length - length % Lanes.COUNT;
    for (int i = offset; i < offset + whole; i += Lanes.COUNT) {
      FloatVector r0 = residuals(x, i, unit, scale, inverses, shifts, low, high);
      s0 = r0.fma(r0, s0);
      if (LANES <= 8) {
        FloatVector r1 = residuals(x, i + LANES, unit, scale, inverses, shifts, low, high);
        s1 = r1.fma(r1, s1);
      }
      if (LANES <= 4) {
        FloatVector r2 = residuals(x, i + 2 * LANES, unit, scale, inverses, shifts, low, high);
        FloatVector r3 = residuals(x, i + 3 * LANES, unit, scale, inverses, shifts, low, high);
        s2 = r2.fma(r2, s2);
        s3 = r3.fma(r3, s3);
      }
    }
    float[] lanes = new float[Lanes.COUNT];
    s0.intoArray(lanes, 0);
    if (LANES <= 8) {
      s1.intoArray(lanes, LANES);
    }
    if (LANES <= 4) {
      s2.intoArray(lanes, 2 * LANES);
      s3.intoArray(lanes, 3 * LANES);
    }
    for (int i = whole; i < length; i++) {
      float r = GridResidual.of(x[offset + i] * unit, scale, inverse, shift, low, high);
      lanes[i - whole] = Math.fma(r, r, lanes[i - whole]);
    }
    return Lanes.fold(lanes);
  }

  private static FloatVector residuals(
      float[] x,
      int at,
      float unit,
      float scale,
      FloatVector inverses,
      FloatVector shifts,
      int low,
      int high) {
    FloatVector values = FloatVector.fromArray(FLOATS, x, at).mul(unit);
    return values
        .fma(inverses, shifts)
        .add(GridResidual.ROUND)
        .reinterpretAsInts()
        .min(GridResidual.ROUND_BITS + high)
        .max(GridResidual.ROUND_BITS + low)
        .reinterpretAsFloats()
        .sub(GridResidual.ROUND)
        .sub(shifts)
        .mul(scale)
        .sub(values);
  }
}
