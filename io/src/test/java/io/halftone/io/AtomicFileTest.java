package io.halftone.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path directory;

  @Test
  void replacesTheContent() throws IOException {
    Path file = Files.writeString(directory.resolve("a"), "old");
    AtomicFile.write(file, channel -> channel.write(ByteBuffer.wrap(new byte[] {'n', 'e', 'w'})));
    assertEquals("new", Files.readString(file));
    assertEquals(1, entries());
  }

  @Test
  void failureInTheMiddleLeavesTheOldFileAndNothingElse() throws IOException {
    Path file = Files.writeString(directory.resolve("a"), "old");
    IOException full = new IOException("disk full");
    IOException thrown =
        assertThrows(
            IOException.class,
            () ->
                AtomicFile.write(
                    file,
                    channel -> {
                      channel.write(ByteBuffer.allocate(100));
                      throw full;
                    }));
    assertEquals(full, thrown);
    assertEquals("old", Files.readString(file));
    assertEquals(1, entries());
  }

  @Test
  void namesAMissingDirectory() {
    Path file = directory.resolve("missing").resolve("a");
    IOException e = assertThrows(IOException.class, () -> AtomicFile.write(file, channel -> {}));
    assertTrue(e.getMessage().contains("directory does not exist"), e.getMessage());
  }

  @Test
  void removesWhatAKilledProcessLeftAndNothingElse() throws Exception {
    Process gone = new ProcessBuilder(ChildJvm.java(), "-version").start();
    gone.waitFor();
    Files.writeString(directory.resolve(".a." + gone.pid() + "-3.partial"), "half");
    List<String> kept =
        List.of(
            ".a." + ProcessHandle.current().pid() + "-0.partial",
            ".ab." + gone.pid() + "-3.partial",
            ".a." + gone.pid() + "-3.partial.txt",
            "a." + gone.pid() + "-3.partial");
    for (String name : kept) {
      Files.writeString(directory.resolve(name), "kept");
    }
    AtomicFile.write(
        directory.resolve("a"), channel -> channel.write(ByteBuffer.wrap(new byte[1])));
    assertEquals(kept.size() + 1, entries());
    for (String name : kept) {
      assertTrue(Files.exists(directory.resolve(name)), name);
    }
  }

  private long entries() throws IOException {
    try (Stream<Path> list = Files.list(directory)) {
      return list.count();
    }
  }
}
