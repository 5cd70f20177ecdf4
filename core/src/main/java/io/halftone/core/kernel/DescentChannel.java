package io.halftone.core.kernel;

/**
 * One channel of a layer under coordinate descent, for {@link Kernels#descend}.
 *
 * @param index of the channel
 * @param diagonal G[index, index], positive
 * @param tolerance how far, per unit of |δ|·√(Σ R[k]²·G[k, k]), the computed fall of the objective
 *     may be from the true one
 */
public record DescentChannel(int index, float diagonal, float tolerance) {}
