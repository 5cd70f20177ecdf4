package io.halftone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.io.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagedModelTest {
  /** No process has it. */
  private static final String UNUSED = "999999999999999999";

  @TempDir private Path directory;

  /** A kill leaves no time to clean up; the next run for the same target does. */
  @Test
  void removesWhatAKilledRunStagedForTheSameTarget() throws IOException {
    Path source =
        TinyModel.single(TinyModel.random(1, 8, 8)).write(directory.resolve("model.onnx"));
    Path target = directory.resolve("q.onnx");
    Path abandoned = Files.createDirectory(directory.resolve(".halftone-q.onnx." + UNUSED + "-1"));
    Files.writeString(abandoned.resolve("q.onnx"), "half");
    Path ofAnother = Files.createDirectory(directory.resolve(".halftone-r.onnx." + UNUSED + "-1"));
    try (StagedModel staged = StagedModel.write(OnnxModel.read(source), target)) {
      assertFalse(Files.exists(abandoned));
      assertTrue(Files.exists(ofAnother));
      assertEquals(directory, staged.file().getParent().getParent());
      staged.publish();
    }
    assertTrue(Files.exists(target));
  }
}
