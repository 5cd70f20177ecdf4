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
import java.util.function.Function;

/**
 * Says the same weight in another scheme, exactly: other cells where scales repeat, signed codes
 * for unsigned ones, wider codes, scales of another type that hold the same numbers, offsets for
 * zero points.
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
  record Result(Optional<GridTensor> tensor, String obstacle) {
    static Result refused(String obstacle) {
      return new Result(Optional.empty(), obstacle);
    }

    /** The next step, if this one succeeded. */
    Result then(Function<GridTensor, Result> next) {
      return tensor.map(next).orElse(this);
    }
  }

  /**
   * The tensor in another scheme, with the same values to the bit.
   *
   * @param target any; nested scales are taken only as they are
   */
  static Result exactly(GridTensor source, TensorScheme target) {
    if (source.scheme().equals(target)) {
      return new Result(Optional.of(source), "");
    }
    if (!(target.scale() instanceof ScaleSpec.Stored)
        || source.scheme().zeroPoint() == ZeroPoint.FLOAT
        || target.zeroPoint() == ZeroPoint.FLOAT) {
      return Result.refused("real zero points, or scales of another number of levels");
    }
    if (source.scheme().zeroPoint() == ZeroPoint.OFFSET) {
      return Offsets.toZeroPoints(source).then(whole -> exactly(whole, target));
    }
    if (target.zeroPoint() == ZeroPoint.OFFSET) {
      return exactly(source, target.withZeroPoint(ZeroPoint.INTEGER))
          .then(whole -> Offsets.fromZeroPoints(whole, target));
    }
    return new Regrid(source, target).result();
  }

  private Result result() {
    String obstacle = fillCells();
    if (!obstacle.isEmpty()) {
      return Result.refused(obstacle);
    }
    short[] codes = new short[source.codes().values().length];
    obstacle = fillCodes(codes);
    if (!obstacle.isEmpty()) {
      return Result.refused(obstacle);
    }
    Codes said = new Codes(source.rows(), source.cols(), target.format().bits(), codes);
    Grid grid = new Grid(cells, scale, zero);
    return new Result(Optional.of(new GridTensor(target, said, grid)), "");
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

  /** The zero point in the target's codes: where it has none, the codes take it in. */
  private float newZero(float oldZero) {
    return target.zeroPoint() == ZeroPoint.NONE ? 0 : oldZero + shift;
  }

  private String zeroObstacle() {
    NumberFormat format = target.format();
    for (int cell = 0; cell < zero.length; cell++) {
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
    for (int r = 0; r < source.rows(); r++) {
      for (int c = 0; c < source.cols(); c++) {
        int code = source.codes().get(r, c);
        float unit = old.decode(code) - source.grid().zero()[from.cell(r, c)];
        float offset = zero[cells.cell(r, c)];
        int said = format.encode(offset == 0 ? unit : unit + offset); // a sum loses the sign of -0
        // the bits, since integers have no -0
        if (Float.floatToIntBits(format.decode(said) - offset) != Float.floatToIntBits(unit)) {
          return "codes that "
              + format.name()
              + " does not hold, such as "
              + code
              + " with zero point "
              + (int) source.grid().zero()[from.cell(r, c)];
        }
        codes[r * source.cols() + c] = (short) said;
      }
    }
    return "";
  }
}
