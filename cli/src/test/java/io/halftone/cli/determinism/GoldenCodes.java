package io.halftone.cli.determinism;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The digests on record, one line "recipe scheme digest" each. */
final class GoldenCodes {
  /** Whether this run records digests instead of comparing them. */
  static final boolean UPDATE = Boolean.getBoolean("halftone.golden.update");

  private static final String RESOURCE = "same-codes.txt";
  private static final Path SOURCE =
      Path.of("src/test/resources/io/halftone/cli/determinism", RESOURCE);

  private GoldenCodes() {}

  /** Digests by "recipe scheme". */
  static Map<String, String> read() {
    Map<String, String> digests = new TreeMap<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                GoldenCodes.class.getResourceAsStream(RESOURCE), StandardCharsets.UTF_8))) {
      lines
          .lines()
          .forEach(
              line -> {
                int end = line.lastIndexOf(' ');
                digests.put(line.substring(0, end), line.substring(end + 1));
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return digests;
  }

  /** Replaces the record in the source tree. */
  static void write(Map<String, String> digests) throws IOException {
    Files.write(
        SOURCE,
        digests.entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).toList(),
        StandardCharsets.UTF_8);
  }
}
