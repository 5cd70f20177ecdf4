/** Small programs that show the library in use; every build compiles and runs them. */
package io.halftone.examples;
