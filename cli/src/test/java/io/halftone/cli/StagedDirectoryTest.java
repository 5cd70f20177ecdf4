package io.halftone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagedDirectoryTest {
  @TempDir private Path parent;
  private Path target;

  @BeforeEach
  void fillTarget() throws IOException {
    target = Files.createDirectory(parent.resolve("target"));
    Files.writeString(target.resolve("a"), "old");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(parent)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Test
  void replacesTheTargetOnlyWhenPublished() throws IOException {
    try (StagedDirectory staged = StagedDirectory.beside(target)) {
      Files.writeString(staged.path().resolve("a"), "new");
      assertEquals("old", Files.readString(target.resolve("a")));
      staged.publish();
    }
    assertEquals("new", Files.readString(target.resolve("a")));
    assertEquals(List.of("target"), names());
  }

  @Test
  void leavesNothingOfWhatIsNotPublished() throws IOException {
    try (StagedDirectory staged = StagedDirectory.beside(target)) {
      Files.writeString(staged.path().resolve("a"), "new");
    }
    assertEquals("old", Files.readString(target.resolve("a")));
    assertEquals(List.of("target"), names());
  }

  @Test
  void movesBackWhatAKilledRunMovedAside() throws IOException {
    Path aside = parent.resolve(".halftone-old-target");
    Files.move(target, aside);
    try (StagedDirectory staged = StagedDirectory.beside(target)) {
      assertEquals("old", Files.readString(target.resolve("a")));
      assertTrue(Files.isDirectory(staged.path()));
    }
    assertFalse(Files.exists(aside));
  }

  @Test
  void removesWhatAKilledRunHadReplacedAlready() throws IOException {
    Path aside = Files.createDirectory(parent.resolve(".halftone-old-target"));
    Files.writeString(aside.resolve("a"), "older");
    StagedDirectory.beside(target).close();
    assertEquals("old", Files.readString(target.resolve("a")));
    assertFalse(Files.exists(aside));
  }

  @Test
  void removesWhatAKilledRunStagedForTheSameTarget() throws IOException {
    String unused = "999999999999999999";
    Path abandoned = Files.createDirectory(parent.resolve(".halftone-target." + unused + "-123"));
    Files.writeString(abandoned.resolve("a"), "half");
    Path running =
        Files.createDirectory(
            parent.resolve(".halftone-target." + ProcessHandle.current().pid() + "-123"));
    Path ofAnother = Files.createDirectory(parent.resolve(".halftone-other." + unused + "-123"));
    StagedDirectory.beside(target).close();
    assertFalse(Files.exists(abandoned));
    assertTrue(Files.exists(running) && Files.exists(ofAnother));
  }

  @Test
  void refusesATargetWithoutParent() {
    Path nowhere = parent.resolve("absent/target");
    assertThrows(InputException.class, () -> StagedDirectory.beside(nowhere));
  }
}
