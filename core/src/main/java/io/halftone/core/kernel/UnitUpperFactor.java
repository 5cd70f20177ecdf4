package io.halftone.core.kernel;

import io.halftone.core.tensor.SquareMatrix;

/**
 * The factors of G = U·diag(d)·Uᵀ.
 *
 * @param unitUpper U [n, n], unit diagonal, zeros below it
 * @param diagonal d, n positive values
 */
public record UnitUpperFactor(SquareMatrix unitUpper, double[] diagonal) {}
