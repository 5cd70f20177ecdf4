/**
 * Number formats: the finite sets of values a code can stand for, on a unit grid. Scales and zero
 * points are applied outside this package.
 */
package io.halftone.core.format;
