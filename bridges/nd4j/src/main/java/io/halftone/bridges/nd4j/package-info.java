/** ND4J arrays in and out, and its BLAS as a {@link io.halftone.core.kernel.LinearAlgebra}. */
package io.halftone.bridges.nd4j;
