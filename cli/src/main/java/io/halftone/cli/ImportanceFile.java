package io.halftone.cli;

import io.halftone.io.gguf.block.Importance;
import io.halftone.io.npy.NpyArray;
import io.halftone.io.npy.NpzFile;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Importances of input channels by layer, from an archive of arrays. */
final class ImportanceFile implements Function<String, Importance> {
  private static final String WEIGHT = ".weight";

  private final Path path;
  private final Map<String, NpyArray> arrays;
  private final Set<String> used = new HashSet<>();

  private ImportanceFile(Path path, Map<String, NpyArray> arrays) {
    this.path = path;
    this.arrays = arrays;
  }

  /** Names no layer: every channel counts the same. */
  static ImportanceFile none() {
    return new ImportanceFile(Path.of(""), Map.of());
  }

  static ImportanceFile read(Path path) {
    return new ImportanceFile(
        path, InputException.reading("the importance", () -> NpzFile.read(path)));
  }

  /** The importance of a tensor's layer; uniform where the file does not name it. */
  @Override
  public Importance apply(String tensor) {
    String layer =
        tensor.endsWith(WEIGHT) ? tensor.substring(0, tensor.length() - WEIGHT.length()) : tensor;
    NpyArray found = arrays.get(layer);
    if (found == null) {
      return Importance.UNIFORM;
    }
    used.add(layer);
    try {
      return Importance.of(found.toFloats());
    } catch (IllegalArgumentException e) {
      throw new InputException(path + ": layer " + layer + ": " + e.getMessage(), e);
    }
  }

  /**
   * Checks that every array was asked for.
   *
   * @throws InputException if the model has no layer of a name
   */
  void requireUsed() {
    for (String layer : arrays.keySet()) {
      if (!used.contains(layer)) {
        throw new InputException(
            path + " names layer " + layer + ", which the model does not have");
      }
    }
  }
}
