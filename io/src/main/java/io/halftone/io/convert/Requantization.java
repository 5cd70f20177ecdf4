package io.halftone.io.convert;

import io.halftone.core.format.NumberFormat;
import io.halftone.core.quantized.Codes;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.GridRounding;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.tensor.FloatMatrix;

/** Puts values on a new grid where the old one cannot be kept: the lossy end of a conversion. */
final class Requantization {
  private Requantization() {}

  /** The same codes, scales rounded to the target's storage. */
  static GridTensor withRoundedScales(GridTensor source, ScaleSpec storage) {
    TensorScheme old = source.scheme();
    TensorScheme scheme =
        new TensorScheme(old.format(), old.granularity(), storage, old.zeroPoint(), old.timing());
    float[] scale = source.grid().scale().clone();
    for (int cell = 0; cell < scale.length; cell++) {
      scale[cell] = storage.store(scale[cell]);
    }
    return new GridTensor(
        scheme, source.codes(), new Grid(source.grid().layout(), scale, source.grid().zero()));
  }

  /**
   * Nearest codes on a grid over each cell's range: largest magnitude over the largest code where
   * it is symmetric, else least to largest value with 0 among them and an integer zero point.
   */
  static GridTensor nearest(FloatMatrix values, TensorScheme target) {
    CellLayout cells = target.granularity().layout(values.rows(), values.cols());
    float[] least = new float[cells.count()];
    float[] most = new float[cells.count()];
    for (int r = 0; r < values.rows(); r++) {
      for (int c = 0; c < values.cols(); c++) {
        int cell = cells.cell(r, c);
        least[cell] = Math.min(least[cell], values.get(r, c));
        most[cell] = Math.max(most[cell], values.get(r, c));
      }
    }
    float[] scale = new float[cells.count()];
    float[] zero = new float[cells.count()];
    NumberFormat format = target.format();
    boolean offset = target.zeroPoint() == ZeroPoint.INTEGER;
    for (int cell = 0; cell < scale.length; cell++) {
      float range =
          offset
              ? (most[cell] - least[cell]) / (format.maxValue() - format.minValue())
              : Math.max(most[cell], -least[cell]) / format.maxValue();
      scale[cell] = target.scale().store(range);
      if (offset) {
        // never the smallest code, which version 1 of GPTQ cannot store
        float ideal = format.minCode() - least[cell] / scale[cell];
        zero[cell] =
            (float)
                Math.max(format.minCode() + 1, Math.min(format.maxCode(), StrictMath.rint(ideal)));
      }
    }
    short[] codes = new short[values.data().length];
    for (int r = 0; r < values.rows(); r++) {
      for (int c = 0; c < values.cols(); c++) {
        int cell = cells.cell(r, c);
        codes[values.offset(r) + c] =
            (short) GridRounding.code(format, values.get(r, c), scale[cell], zero[cell]);
      }
    }
    return new GridTensor(
        target,
        new Codes(values.rows(), values.cols(), format.bits(), codes),
        new Grid(cells, scale, zero));
  }
}
