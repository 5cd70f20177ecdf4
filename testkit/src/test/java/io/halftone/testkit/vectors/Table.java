package io.halftone.testkit.vectors;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A published file.
 *
 * @param header names of the columns
 * @param rows their cells
 */
record Table(List<String> header, List<List<String>> rows) {
  static String text(String file) {
    try (InputStream in = VectorFiles.class.getResourceAsStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Table read(String file) {
    List<List<String>> lines =
        text(file).lines().map(line -> List.of(line.split("\t", -1))).toList();
    return new Table(lines.get(0), lines.subList(1, lines.size()));
  }
}
