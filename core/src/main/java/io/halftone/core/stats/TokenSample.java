package io.halftone.core.stats;

import io.halftone.core.tensor.FloatMatrix;

/**
 * Some of the tokens seen.
 *
 * @param x [tokens, in], in ascending order of hash
 * @param hash of each token's values
 */
public record TokenSample(FloatMatrix x, long[] hash) {}
