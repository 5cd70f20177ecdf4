/** What all file formats share: writing in one step and 16-bit floats. */
package io.halftone.io;
