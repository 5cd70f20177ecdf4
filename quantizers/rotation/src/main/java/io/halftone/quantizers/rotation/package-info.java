/** Orthogonal transforms: every channel of a layer's input spread over others. */
package io.halftone.quantizers.rotation;
