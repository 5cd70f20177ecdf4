package io.halftone.cli.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.halftone.core.scheme.Schemes;
import io.halftone.io.codec.Codecs;
import io.halftone.io.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredBlockTest {
  private static final LayerFacts FACTS =
      new LayerFacts("l", "skipped", "excluded", 3, 5, 1 / 3.0, 1 / 7.0, 32);

  @TempDir private Path directory;

  private StoredBlock open(String layers) throws IOException {
    Path file = directory.resolve("block");
    SafetensorsWriter.write(file, List.of(), new TreeMap<>(Map.of(BlockStore.LAYERS, layers)));
    return StoredBlock.open(file, Codecs.compressedTensors(), Schemes.W4A16_G32);
  }

  @Test
  void keepsEveryDigitOfItsFacts() throws IOException {
    try (StoredBlock block = open(new ObjectMapper().writeValueAsString(List.of(FACTS)))) {
      assertEquals(List.of(FACTS), block.facts());
    }
  }

  /** A figure that is not there is not 0. */
  @Test
  void refusesFactsWithoutAFigure() throws IOException {
    String whole = new ObjectMapper().writeValueAsString(List.of(FACTS));
    String without = whole.replaceFirst("\"outputRelativeError\":[^,]*,", "");
    assertTrue(without.length() < whole.length());
    IOException damaged = assertThrows(IOException.class, () -> open(without));
    assertTrue(damaged.getMessage().contains("damaged"), damaged::getMessage);
  }
}
