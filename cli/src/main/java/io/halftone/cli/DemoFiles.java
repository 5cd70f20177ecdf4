package io.halftone.cli;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * What the demo works on: all-MiniLM-L6-v2 in float32 with its tokenizer, its published 8-bit twin,
 * and English text in two disjoint parts.
 *
 * @param model float model
 * @param twin the published 8-bit model
 * @param tokenizer of both
 * @param calibration text
 * @param heldOut text
 */
record DemoFiles(Path model, Path twin, Path tokenizer, Path calibration, Path heldOut) {

  /** Copies the files out of the class path. */
  static DemoFiles unpack(Path directory) throws IOException {
    return new DemoFiles(
        copy("/all-minilm-l6-v2.onnx", directory),
        copy("/all-minilm-l6-v2-q.onnx", directory),
        copy("/all-minilm-l6-v2-tokenizer.json", directory),
        copy("/io/halftone/cli/demo/calibration.txt", directory),
        copy("/io/halftone/cli/demo/heldout.txt", directory));
  }

  private static Path copy(String resource, Path directory) throws IOException {
    Path file = directory.resolve(resource.substring(resource.lastIndexOf('/') + 1));
    try (InputStream in = DemoFiles.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new FileNotFoundException("resource " + resource + " is not on the class path");
      }
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    }
    return file;
  }
}
