package io.halftone.testkit.vectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.format.Formats;
import io.halftone.core.format.NumberFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VectorFilesTest {
  @Test
  void publishedFilesAreWhatTheProgramWrites(@TempDir Path directory) throws IOException {
    VectorFiles.main(new String[] {directory.toString()});
    Map<String, String> written = new TreeMap<>();
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        written.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    assertEquals(VectorFiles.files().keySet(), written.keySet());
    for (Map.Entry<String, String> file : written.entrySet()) {
      assertEquals(Table.text(file.getKey()), file.getValue(), file.getKey());
    }
  }

  /** Every named format but float32 itself has vectors. */
  @Test
  void everyFormatHasVectors() {
    List<String> defined = VectorFiles.formats().stream().map(Definition::name).toList();
    for (NumberFormat format : Formats.all()) {
      boolean needsNone = format.equals(Formats.F32) || format.equals(Formats.E8M0_OF_INT8);
      assertTrue(needsNone || defined.contains(format.name()), format.name());
    }
  }
}
