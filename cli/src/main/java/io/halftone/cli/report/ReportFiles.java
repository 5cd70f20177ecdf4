package io.halftone.cli.report;

import io.halftone.io.AtomicFile;
import io.halftone.io.TensorData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes facts as JSON with their page beside them. */
public final class ReportFiles {
  private ReportFiles() {}

  /**
   * Writes a JSON file and {@code report.html}; each appears complete or not at all.
   *
   * @param directory made if there is none
   * @param jsonName of the JSON file
   * @param facts a record
   * @param page of them
   * @throws IOException if a file cannot be written
   */
  public static void write(Path directory, String jsonName, Object facts, TablePage page)
      throws IOException {
    Files.createDirectories(directory);
    write(directory.resolve(jsonName), ReportJson.pretty(facts) + "\n");
    write(directory.resolve("report.html"), page.html());
  }

  private static void write(Path file, String text) throws IOException {
    AtomicFile.write(
        file, channel -> TensorData.writeFully(channel, StandardCharsets.UTF_8.encode(text)));
  }
}
