package io.halftone.planted.layers.simd;

import io.halftone.planted.layers.cli.Command;

/** Sees the command line. */
public final class Lanes {
  Command command;
}
