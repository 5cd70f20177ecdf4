package io.halftone.cli.language;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.halftone.calibration.decoder.QuantizedBlock;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.io.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The finished blocks of a run, each a file that appears complete or not at all, named by the hash
 * of everything that decides its content. A run with other inputs never reads them.
 *
 * @param directory of the files
 * @param hash of the run's inputs
 * @param format of the layers
 * @param scheme of the layers
 */
record BlockStore(Path directory, String hash, RunFormat format, LayerScheme scheme) {
  private static final int HASH_DIGITS = 16;
  static final String LAYERS = "halftone.layers";

  /**
   * Makes the directory if it is not there.
   *
   * @param weightHashes of the model's files
   */
  static BlockStore of(
      Path directory, LanguageModel model, RunSettings settings, List<String> weightHashes)
      throws IOException {
    Files.createDirectories(directory);
    return new BlockStore(
        directory,
        settings.hash(model, weightHashes),
        settings.format(),
        settings.pipeline().recipe().scheme());
  }

  private Path file(int block) {
    return directory.resolve("block-" + block + "-" + hash.substring(0, HASH_DIGITS));
  }

  /** A finished block; empty if there is none. */
  Optional<StoredBlock> find(int block) throws IOException {
    return Files.exists(file(block)) ? Optional.of(read(block)) : Optional.empty();
  }

  /**
   * A finished block.
   *
   * @throws IOException if it is not there or damaged
   */
  StoredBlock read(int block) throws IOException {
    return StoredBlock.open(file(block), format.codec(), scheme);
  }

  /**
   * Keeps a block and reads it back.
   *
   * @throws IllegalArgumentException if the format cannot hold a layer
   * @throws IOException if it cannot be written, or reads other than it was
   */
  void write(int index, QuantizedBlock block, ModelTensors source) throws IOException {
    List<LayerFacts> facts = LayerFacts.of(block);
    SafetensorsWriter.write(
        file(index),
        BlockTensors.of(block, format.codec(), source),
        new TreeMap<>(Map.of(LAYERS, new ObjectMapper().writeValueAsString(facts))));
    try (StoredBlock written = read(index)) {
      written.requireSame(block);
    }
  }

  /** Removes a store, whatever runs it is of. */
  static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
