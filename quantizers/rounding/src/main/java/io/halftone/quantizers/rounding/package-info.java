/**
 * Chooses codes on a scalar grid: nearest rounding, error feedback, coordinate descent, learned
 * rounding.
 */
package io.halftone.quantizers.rounding;
