package io.halftone.cli;

import io.halftone.io.onnx.OnnxModel;
import java.nio.file.Path;

/** Checks ONNX files before a runtime sees them. */
final class OnnxFiles {
  private OnnxFiles() {}

  /** Fails with a message for the user unless the file is a readable ONNX model. */
  static void require(Path file) {
    InputException.reading("the model", () -> OnnxModel.read(file));
  }
}
