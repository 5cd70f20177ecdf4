package io.halftone.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.halftone.io.InterruptibleWriters.Format;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A process that is killed while it writes leaves the old file; the next one completes it. */
class KilledWriterTest {
  private static final byte[] OLD = "the old file".getBytes(StandardCharsets.UTF_8);

  @TempDir Path directory;

  static Stream<Arguments> points() {
    return Arrays.stream(Format.values())
        .flatMap(format -> Stream.of(0, 1, 7, 15).map(pieces -> Arguments.of(format, pieces)));
  }

  @ParameterizedTest
  @MethodSource("points")
  void leavesTheOldFileAndTheNextRunWritesTheNewOne(Format format, int pieces) throws Exception {
    Path target = Files.write(directory.resolve("target"), OLD);
    try (ChildJvm child =
        ChildJvm.start(InterruptibleWriters.class, format.name(), target.toString(), "" + pieces)) {
      assertEquals("stopped", child.line());
    }
    assertArrayEquals(OLD, Files.readAllBytes(target));
    assertEquals(2, names().size(), () -> "the target and what is left: " + names());
    InterruptibleWriters.write(format, target, InterruptibleWriters.NEVER);
    assertEquals(List.of("target"), names());
    Path whole = Files.createDirectory(directory.resolve("whole")).resolve("target");
    InterruptibleWriters.write(format, whole, InterruptibleWriters.NEVER);
    assertEquals(-1, Files.mismatch(whole, target));
  }

  private List<String> names() {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
