package io.halftone.benchmarks;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * all-MiniLM-L6-v2 and a text to run it over, copied out of the class path into a temporary
 * directory.
 *
 * @param directory of the files, deleted on close
 * @param model float32 ONNX file
 * @param tokenizer of the model
 * @param passages of English text, 60 to 120 words each
 */
record MiniLmFiles(Path directory, Path model, Path tokenizer, List<String> passages)
    implements Closeable {

  static MiniLmFiles unpack() throws IOException {
    Path directory = Files.createTempDirectory("halftone-benchmarks");
    String text;
    try (InputStream in = open("/io/halftone/benchmarks/passages.txt")) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    return new MiniLmFiles(
        directory,
        copy("/all-minilm-l6-v2.onnx", directory),
        copy("/all-minilm-l6-v2-tokenizer.json", directory),
        text.lines().toList());
  }

  @Override
  public void close() throws IOException {
    Files.delete(model);
    Files.delete(tokenizer);
    Files.delete(directory);
  }

  private static Path copy(String resource, Path directory) throws IOException {
    Path file = directory.resolve(resource.substring(1));
    try (InputStream in = open(resource)) {
      Files.copy(in, file);
    }
    return file;
  }

  private static InputStream open(String resource) throws FileNotFoundException {
    InputStream in = MiniLmFiles.class.getResourceAsStream(resource);
    if (in == null) {
      throw new FileNotFoundException("resource " + resource + " is not on the class path");
    }
    return in;
  }
}
