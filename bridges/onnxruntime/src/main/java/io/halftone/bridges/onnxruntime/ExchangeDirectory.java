package io.halftone.bridges.onnxruntime;

import io.halftone.io.npy.NpyArray;
import io.halftone.io.npy.NpzFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The directory through which parent and child process exchange batches, one archive per batch and
 * direction.
 *
 * @param path an existing directory
 */
record ExchangeDirectory(Path path) {
  /** Of this process's directories. */
  static final String PREFIX = "halftone-run-" + ProcessHandle.current().pid() + "-";

  /** What an archive holds. */
  enum Kind {
    /** Tensors to feed. */
    INPUT,
    /** Outputs of the unmodified file. */
    OUTPUT,
    /** Outputs and exposed tensors of the instrumented copy. */
    EXPOSED
  }

  static ExchangeDirectory create() throws IOException {
    return new ExchangeDirectory(Files.createTempDirectory("halftone-run"));
  }

  /**
   * Writes the inputs and remembers what is not sent: weights and passages stay with the parent.
   */
  List<InputBatch> writeInputs(ModelInputs inputs) throws IOException {
    List<InputBatch> sent = new ArrayList<>();
    try {
      for (InputBatch batch : inputs) {
        NpzFile.write(file(Kind.INPUT, sent.size()), batch.tensors());
        sent.add(batch);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return sent;
  }

  void writeExposed(List<String> tensors) throws IOException {
    Files.write(path.resolve("exposed.txt"), tensors, StandardCharsets.UTF_8);
  }

  List<String> readExposed() throws IOException {
    return Files.readAllLines(path.resolve("exposed.txt"), StandardCharsets.UTF_8);
  }

  /** The batches in order, read one at a time. */
  Iterable<InputBatch> inputs() {
    return () ->
        IntStream.iterate(0, index -> Files.exists(file(Kind.INPUT, index)), index -> index + 1)
            .mapToObj(this::input)
            .iterator();
  }

  private InputBatch input(int index) {
    try {
      Map<String, NpyArray> tensors = NpzFile.read(file(Kind.INPUT, index));
      int rows = tensors.values().iterator().next().shape()[0];
      return new InputBatch(tensors, new float[0], new int[rows]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(Kind kind, int index, Map<String, FloatTensor> tensors) throws IOException {
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> arrays.put(name, NpyArray.ofFloats(tensor.data(), tensor.shape())));
    NpzFile.write(file(kind, index), arrays);
  }

  Map<String, FloatTensor> read(Kind kind, int index) throws IOException {
    Map<String, FloatTensor> tensors = new LinkedHashMap<>();
    NpzFile.read(file(kind, index))
        .forEach(
            (name, array) -> tensors.put(name, new FloatTensor(array.shape(), array.toFloats())));
    return tensors;
  }

  private Path file(Kind kind, int index) {
    return path.resolve(kind.name() + "-" + index + ".npz");
  }

  /** Removes the directory and everything in it. */
  void delete() throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
