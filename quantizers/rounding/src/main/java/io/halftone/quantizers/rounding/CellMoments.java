package io.halftone.quantizers.rounding;

/**
 * How the objective depends on the scale and zero point of one cell with codes c: all there is to
 * know of P = R·G inside the cell and of the cell's own block of G, summed over its rows.
 *
 * @param codeProduct c·P
 * @param oneProduct 1·P
 * @param codeCode c·G·c
 * @param codeOne c·G·1
 * @param oneOne 1·G·1
 */
record CellMoments(
    double codeProduct, double oneProduct, double codeCode, double codeOne, double oneOne) {
  static final CellMoments NONE = new CellMoments(0, 0, 0, 0, 0);

  CellMoments plus(CellMoments other) {
    return new CellMoments(
        codeProduct + other.codeProduct,
        oneProduct + other.oneProduct,
        codeCode + other.codeCode,
        codeOne + other.codeOne,
        oneOne + other.oneOne);
  }

  /**
   * The scale that minimises the objective if the zero point became {@code to}; NaN if it does not
   * matter.
   */
  double bestScale(float scale, float zero, double to) {
    double product = codeProduct - to * oneProduct;
    double fromCodes = codeCode - to * codeOne;
    double fromOnes = codeOne - to * oneOne;
    double now = scale * (fromCodes - zero * fromOnes);
    double curvature = fromCodes - to * fromOnes;
    return curvature > 0 ? (product + now) / curvature : Double.NaN;
  }

  /** How much the objective falls from (scale, zero) to another pair. */
  double gain(float scale, float zero, double toScale, double toZero) {
    double code = toScale - scale;
    double one = (double) scale * zero - toScale * toZero;
    double linear = code * codeProduct + one * oneProduct;
    double square = code * code * codeCode + 2 * code * one * codeOne + one * one * oneOne;
    return 2 * linear - square;
  }
}
