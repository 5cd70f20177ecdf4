/**
 * Conformance vectors of the number formats: plain files, and the program that writes them from the
 * formats' definitions alone. Nothing here uses the implementation it is to test.
 */
package io.halftone.testkit.vectors;
