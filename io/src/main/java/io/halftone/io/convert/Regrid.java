package io.halftone.io.convert;

import io.halftone.core.format.IntFormat;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.quantized.Codes;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.ZeroPoint;
import java.util.Optional;

/**
 * Says the same weight in another scheme, exactly: other cells where scales repeat, signed codes
 * for unsigned ones, wider codes, scales of another type that hold the same numbers.
 */
final class Regrid {
  private final GridTensor source;
  private final TensorScheme target;
  private final CellLayout cells;
  private final float[] scale;
  private final float[] zero;
  private final int shift;

  private Regrid(GridTensor source, TensorScheme target) {
    this.source = source;
    this.target = target;
    this.cells = target.granularity().layout(source.rows(), source.cols());
    this.scale = new float[cells.count()];
    this.zero = new float[cells.count()];
    this.shift = shift(target) - shift(source.scheme());
  }

  /** What unsigned codes are more than signed ones. */
  private static int shift(TensorScheme scheme) {
    return scheme.format() instanceof IntFormat format && !format.signed()
        ? 1 << (format.bits() - 1)
        : 0;
  }

  /**
   * What came out.
   *
   * @param tensor in the target scheme; empty if there is an obstacle
   * @param obstacle to saying the tensor exactly, as a phrase that completes "it has"
   */
  record Result(Optional<GridTensor> tensor, String obstacle) {}

  /**
   * The tensor in another scheme, with the same values to the bit.
   *
   * @param target without nested scales or real offsets
   */
  static Result exactly(GridTensor source, TensorScheme target) {
    if (source.scheme().equals(target)) {
      return new Result(Optional.of(source), "");
    }
    if (!(target.scale() instanceof ScaleSpec.Stored)
        || isReal(source.scheme().zeroPoint())
        || isReal(target.zeroPoint())) {
      return new Result(Optional.empty(), "real zero points, offsets or scales of two levels");
    }
    Regrid regrid = new Regrid(source, target);
    String obstacle = regrid.fillCells();
    if (!obstacle.isEmpty()) {
      return new Result(Optional.empty(), obstacle);
    }
    short[] codes = new short[source.codes().values().length];
    obstacle = regrid.fillCodes(codes);
    if (!obstacle.isEmpty()) {
      return new Result(Optional.empty(), obstacle);
    }
    Codes said = new Codes(source.rows(), source.cols(), target.format().bits(), codes);
    Grid grid = new Grid(regrid.cells, regrid.scale, regrid.zero);
    return new Result(Optional.of(new GridTensor(target, said, grid)), "");
  }

  private static boolean isReal(ZeroPoint zeroPoint) {
    return zeroPoint == ZeroPoint.FLOAT || zeroPoint == ZeroPoint.OFFSET;
  }

  private String fillCells() {
    NumberFormat stored = ((ScaleSpec.Stored) target.scale()).format();
    CellLayout from = source.grid().layout();
    boolean[] set = new boolean[cells.count()];
    int stepRows = commonDivisor(from.cellRows(), cells.cellRows());
    int stepCols = commonDivisor(from.cellCols(), cells.cellCols());
    for (int r = 0; r < source.rows(); r += stepRows) {
      for (int c = 0; c < source.cols(); c += stepCols) {
        int old = from.cell(r, c);
        int cell = cells.cell(r, c);
        float oldScale = source.grid().scale()[old];
        float oldZero = newZero(source.grid().zero()[old]);
        if (set[cell] && (scale[cell] != oldScale || zero[cell] != oldZero)) {
          return "scales or zero points that differ inside " + target.granularity();
        }
        if (stored.round(oldScale) != oldScale) {
          return "scales that " + stored.name() + " does not hold, such as " + oldScale;
        }
        scale[cell] = oldScale;
        zero[cell] = oldZero;
        set[cell] = true;
      }
    }
    return zeroObstacle();
  }

  private static int commonDivisor(int a, int b) {
    return b == 0 ? a : commonDivisor(b, a % b);
  }

  /** The zero point in the target's codes: floating-point codes take it in. */
  private float newZero(float oldZero) {
    return target.format() instanceof IntFormat ? oldZero + shift : 0;
  }

  private String zeroObstacle() {
    NumberFormat format = target.format();
    for (int cell = 0; cell < zero.length; cell++) {
      if (target.zeroPoint() == ZeroPoint.NONE && format instanceof IntFormat && zero[cell] != 0) {
        return "zero points beside the middle";
      }
      if (target.zeroPoint() == ZeroPoint.INTEGER
          && (zero[cell] < format.minCode() || zero[cell] > format.maxCode())) {
        return "zero point " + (int) zero[cell] + ", which " + format.name() + " does not hold";
      }
    }
    return "";
  }

  private String fillCodes(short[] codes) {
    NumberFormat format = target.format();
    NumberFormat old = source.scheme().format();
    CellLayout from = source.grid().layout();
    boolean integers = format instanceof IntFormat;
    for (int r = 0; r < source.rows(); r++) {
      for (int c = 0; c < source.cols(); c++) {
        int code = source.codes().get(r, c);
        float unit = old.decode(code) - source.grid().zero()[from.cell(r, c)];
        float offset = zero[cells.cell(r, c)];
        int said = format.encode(integers ? unit + offset : unit);
        // the bits, since integers have no -0
        if (Float.floatToIntBits(format.decode(said) - offset) != Float.floatToIntBits(unit)) {
          return "codes that " + format.name() + " does not hold, such as " + code;
        }
        codes[r * source.cols() + c] = (short) said;
      }
    }
    return "";
  }
}
