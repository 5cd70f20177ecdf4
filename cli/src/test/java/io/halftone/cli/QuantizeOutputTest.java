package io.halftone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the quantized model goes. */
class QuantizeOutputTest {
  @TempDir private Path directory;
  private Path model;
  private Path inputs;

  @BeforeEach
  void writeModelAndInputs() throws IOException {
    model = TinyModel.mlp().write(directory.resolve("model.onnx"));
    inputs = TinyModel.npy(directory.resolve("inputs.npy"), TinyModel.random(7, 20, TinyModel.IN));
  }

  private CommandRun quantize(Path output, String... more) {
    return CommandRun.of(
        Stream.concat(
                Stream.of(
                    "quantize",
                    model,
                    "--recipe",
                    "rtn",
                    "--calibration",
                    inputs,
                    "--output",
                    output),
                Stream.of(more))
            .toArray());
  }

  @Test
  void replacesAnExistingFileOnlyWithForce() throws IOException {
    Path output = Files.writeString(directory.resolve("q.onnx"), "old");
    quantize(output).assertRefused("q.onnx exists; give --force to replace it");
    assertEquals("old", Files.readString(output));
    quantize(output, "--force").assertDone();
    CommandRun.of("inspect", output).assertDone();
    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(
          List.of("inputs.npy", "model.onnx", "q.onnx"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }

  @Test
  void leavesTheOldFileWhenTheRecipeFails() throws IOException {
    Path output = Files.writeString(directory.resolve("q.onnx"), "old");
    quantize(output, "--force", "--scheme", "W4A16_G48").assertRefused("does not divide");
    assertEquals("old", Files.readString(output));
  }

  @Test
  void needsADirectoryThatExists() {
    quantize(directory.resolve("none").resolve("q.onnx"))
        .assertRefused("there is no directory " + directory.resolve("none"));
  }

  @Test
  void isNotADirectory() {
    quantize(directory, "--force").assertRefused(directory + " is a directory");
  }

  @Test
  void isNotAlsoTheReport() throws IOException {
    Path file = Files.writeString(directory.resolve("report"), "a file");
    CommandRun run = quantize(directory.resolve("q.onnx"), "--report", file.toString());
    assertTrue(run.code() == 2, run.err());
    assertTrue(Files.notExists(directory.resolve("q.onnx")));
  }
}
