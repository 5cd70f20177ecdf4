package io.halftone.planted.layers.onnxruntime;

import io.halftone.planted.layers.cli.Command;

/** Sees the command line. */
public final class Session {
  Command command;
}
