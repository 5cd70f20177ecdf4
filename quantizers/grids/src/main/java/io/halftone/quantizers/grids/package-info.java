/**
 * Grid fitters: which scale and zero point each cell of a weight gets.
 *
 * <p>Every fitter rounds a scale to its storage first and determines the zero point against the
 * stored scale. Grids with a zero point always contain 0; a cell of zeros has scale 1 and zero
 * point 0, clamped to the format. An unsigned format without zero point refuses negative weights, a
 * floating-point format refuses zero points.
 */
package io.halftone.quantizers.grids;
