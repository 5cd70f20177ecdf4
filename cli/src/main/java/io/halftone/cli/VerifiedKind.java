package io.halftone.cli;

import io.halftone.cli.language.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** What can be verified, and by which runtime. */
enum VerifiedKind {
  GGUF("llama.cpp"),
  ONNX("onnxruntime"),
  CHECKPOINT("its manifest");

  private static final byte[] GGUF_MAGIC = "GGUF".getBytes(StandardCharsets.US_ASCII);

  private final String runtime;

  VerifiedKind(String runtime) {
    this.runtime = runtime;
  }

  /** Name of the runtime that runs such files. */
  String runtime() {
    return runtime;
  }

  /**
   * The kind of a file.
   *
   * @throws InputException if it is none that can be verified
   */
  static VerifiedKind of(Path file) {
    if (Files.isDirectory(file) || file.endsWith(Manifest.FILE)) {
      return CHECKPOINT;
    }
    byte[] start = InputException.reading("the file to verify", () -> start(file));
    if (Arrays.equals(start, GGUF_MAGIC)) {
      return GGUF;
    }
    if (file.getFileName().toString().endsWith(".onnx")) {
      return ONNX;
    }
    throw new InputException(file + " is neither a GGUF file nor an .onnx model nor a checkpoint");
  }

  private static byte[] start(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(GGUF_MAGIC.length);
    }
  }
}
