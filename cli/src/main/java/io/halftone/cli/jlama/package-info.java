/** Checkpoints in Jlama, in a child process of a newer Java. */
package io.halftone.cli.jlama;
