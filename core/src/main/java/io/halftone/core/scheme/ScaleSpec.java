package io.halftone.core.scheme;

import io.halftone.core.format.ExponentFormat;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.format.TableFormat;
import java.util.Objects;

/** How scales themselves are stored. */
public sealed interface ScaleSpec {
  /**
   * Bits of all stored scales of a matrix, those of the outer level included.
   *
   * @param cells which elements share a scale
   */
  long storageBits(Granularity cells, int rows, int cols);

  /**
   * The scale a decoder will read back: rounded to storage, never zero.
   *
   * <p>A scale of 0 (a cell of zeros) becomes 1; one that would underflow becomes the smallest
   * stored positive value. Codes must be chosen against the returned value.
   *
   * @param scale finite
   * @throws IllegalArgumentException if the scale is not finite or beyond the stored format's range
   * @throws UnsupportedOperationException if a scale cannot be stored alone, as nested ones cannot
   */
  float store(float scale);

  /**
   * The real zero point or offset a decoder will read back, rounded to the storage of scales.
   *
   * @param zero finite, in code units for a zero point and in value units for an offset
   * @throws UnsupportedOperationException as {@link #store}
   */
  float storeZero(float zero);

  /**
   * Every scale is a number of one format.
   *
   * @param format F32, F16, BF16, an 8-bit float, or E8M0 for powers of two
   */
  record Stored(NumberFormat format) implements ScaleSpec {
    @Override
    public long storageBits(Granularity cells, int rows, int cols) {
      return (long) cells.layout(rows, cols).count() * format.bits();
    }

    @Override
    public float store(float scale) {
      boolean unsigned = format.minValue() >= 0;
      if (!Float.isFinite(scale)
          || Math.abs(scale) > format.maxValue()
          || (unsigned && scale < 0)) {
        throw new IllegalArgumentException(
            "scale "
                + scale
                + " is beyond the range of "
                + format.name()
                + " ("
                + (unsigned ? "not negative and " : "")
                + "at most "
                + format.maxValue()
                + ")");
      }
      if (scale == 0) {
        return 1;
      }
      float stored = format.round(scale);
      return stored == 0 ? Math.copySign(format.decode(1), scale) : stored;
    }

    @Override
    public float storeZero(float zero) {
      return format.round(zero);
    }
  }

  /**
   * Scales of two levels: a code per cell, times (or divided by) one number per outer cell. Offsets
   * of the same scheme nest the same way, with codes and outer numbers of their own.
   *
   * @param format of the inner codes: integers or floats of at most 8 bits
   * @param outer which elements of the matrix share an outer number; its cells consist of whole
   *     inner cells
   * @param outerScale how outer numbers are stored; not nested again
   * @param nesting how the levels combine
   * @see <a href="https://arxiv.org/abs/2405.04532">Lin et al., QServe, 2024, section 4.1
   *     (progressive quantization)</a>
   */
  record Nested(NumberFormat format, Granularity outer, ScaleSpec outerScale, Nesting nesting)
      implements ScaleSpec {
    /**
     * Validates the levels.
     *
     * @throws IllegalArgumentException if the outer level is nested too, or the inner format is a
     *     table, powers of two, or wider than 8 bits
     */
    public Nested {
      Objects.requireNonNull(outer, "outer");
      Objects.requireNonNull(nesting, "nesting");
      if (!(outerScale instanceof Stored)) {
        throw new IllegalArgumentException("outerScale is " + outerScale + ", must be Stored");
      }
      if (format.bits() > Byte.SIZE
          || format instanceof TableFormat
          || format instanceof ExponentFormat) {
        throw new IllegalArgumentException(
            "inner scales are " + format.name() + ", must be integers or floats of at most 8 bits");
      }
    }

    /** Levels that multiply. */
    public Nested(NumberFormat format, Granularity outer, ScaleSpec outerScale) {
      this(format, outer, outerScale, Nesting.PRODUCT);
    }

    /**
     * The outer cells of a matrix.
     *
     * @throws IllegalArgumentException if an inner cell would lie in two outer cells
     */
    public CellLayout outerLayout(CellLayout inner) {
      CellLayout layout = outer.layout(inner.rows(), inner.cols());
      boolean wholeRows =
          layout.cellRows() % inner.cellRows() == 0 || layout.cellRows() >= inner.rows();
      boolean wholeCols =
          layout.cellCols() % inner.cellCols() == 0 || layout.cellCols() >= inner.cols();
      if (!wholeRows || !wholeCols) {
        throw new IllegalArgumentException(
            "outer cells of "
                + layout.cellRows()
                + " x "
                + layout.cellCols()
                + " cut cells of "
                + inner.cellRows()
                + " x "
                + inner.cellCols());
      }
      return layout;
    }

    @Override
    public long storageBits(Granularity cells, int rows, int cols) {
      CellLayout inner = cells.layout(rows, cols);
      outerLayout(inner);
      return (long) inner.count() * format.bits() + outerScale.storageBits(outer, rows, cols);
    }

    @Override
    public float store(float scale) {
      throw storedTogether();
    }

    @Override
    public float storeZero(float zero) {
      throw storedTogether();
    }

    private UnsupportedOperationException storedTogether() {
      return new UnsupportedOperationException(
          "scales nested in "
              + outer
              + " depend on each other; fit them together with NestedScales.fit");
    }
  }
}
