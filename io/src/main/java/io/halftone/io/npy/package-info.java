/** NumPy arrays and archives. */
package io.halftone.io.npy;
