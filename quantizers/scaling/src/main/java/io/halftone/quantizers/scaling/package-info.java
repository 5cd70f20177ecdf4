/** Diagonal transforms: which channels of a layer's input are made larger and which smaller. */
package io.halftone.quantizers.scaling;
