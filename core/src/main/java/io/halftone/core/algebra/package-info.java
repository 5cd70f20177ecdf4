/**
 * Factorisations and fast transforms on the canonical products: the same bits for every thread
 * count, vector width and machine.
 */
package io.halftone.core.algebra;
