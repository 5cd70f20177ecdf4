package io.halftone.io.convert;

import io.halftone.core.format.Formats;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.ZeroPoint;
import java.util.Arrays;
import java.util.Optional;

/** Offsets in value units said as zero points in code units, and back, where that is exact. */
final class Offsets {
  private Offsets() {}

  /** code · scale + offset as (code − zero) · scale with whole zero points. */
  static Regrid.Result toZeroPoints(GridTensor source) {
    float[] scale = source.grid().scale();
    float[] offset = source.grid().storage().offset();
    float[] zero = new float[scale.length];
    for (int cell = 0; cell < zero.length; cell++) {
      zero[cell] = scale[cell] == 0 ? 0 : (float) StrictMath.rint(-offset[cell] / scale[cell]);
      if ((double) zero[cell] * scale[cell] != -offset[cell]) {
        return Regrid.Result.refused("offsets that are no whole number of steps");
      }
    }
    TensorScheme old = source.scheme();
    TensorScheme scheme =
        new TensorScheme(
            old.format(),
            old.granularity(),
            new ScaleSpec.Stored(Formats.F32),
            ZeroPoint.INTEGER,
            old.timing());
    return checked(
        source,
        new GridTensor(scheme, source.codes(), new Grid(source.grid().layout(), scale, zero)));
  }

  /**
   * (code − zero) · scale as code · scale + offset.
   *
   * @param source in the target's scheme but for the zero points, which are whole
   */
  static Regrid.Result fromZeroPoints(GridTensor source, TensorScheme target) {
    NumberFormat stored = ((ScaleSpec.Stored) target.scale()).format();
    float[] scale = source.grid().scale();
    float[] offset = new float[scale.length];
    for (int cell = 0; cell < offset.length; cell++) {
      offset[cell] = 0 - source.grid().zero()[cell] * scale[cell];
      if (stored.round(offset[cell]) != offset[cell]) {
        return Regrid.Result.refused(
            "zero points whose offsets "
                + stored.name()
                + " does not hold, such as "
                + offset[cell]);
      }
    }
    return checked(
        source,
        new GridTensor(
            target, source.codes(), Grid.withOffset(source.grid().layout(), scale, offset)));
  }

  private static Regrid.Result checked(GridTensor before, GridTensor after) {
    return Arrays.equals(before.decode().data(), after.decode().data())
        ? new Regrid.Result(Optional.of(after), "")
        : Regrid.Result.refused("values that a sum with an offset rounds otherwise");
  }
}
