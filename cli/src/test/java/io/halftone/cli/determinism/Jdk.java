package io.halftone.cli.determinism;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A Java installation.
 *
 * @param home its directory
 * @param feature its version, such as 17
 */
record Jdk(Path home, int feature) {
  private static final int OLDEST = 17;

  /** The one that runs this test. */
  static Jdk running() {
    return new Jdk(Path.of(System.getProperty("java.home")), Runtime.version().feature());
  }

  /**
   * One installation of every other version from 17 on, found beside the running one and in the
   * environment's {@code JAVA_HOME*} variables.
   */
  static Collection<Jdk> others() throws IOException {
    List<Path> homes = new ArrayList<>();
    new TreeMap<>(System.getenv())
        .forEach(
            (name, value) -> {
              if (name.startsWith("JAVA_HOME") && !value.isBlank()) {
                homes.add(Path.of(value));
              }
            });
    Path siblings = running().home().toRealPath().getParent();
    try (Stream<Path> found = Files.list(siblings)) {
      found.sorted().forEach(homes::add);
    }
    Map<Integer, Jdk> byVersion = new TreeMap<>();
    for (Path home : homes) {
      at(home).ifPresent(jdk -> byVersion.putIfAbsent(jdk.feature(), jdk));
    }
    byVersion.keySet().removeIf(version -> version < OLDEST || version == running().feature());
    return byVersion.values();
  }

  /** The command that starts it. */
  Path java() {
    return home.resolve("bin").resolve("java");
  }

  /** The installation in a directory, if there is one that says its version. */
  private static Optional<Jdk> at(Path home) throws IOException {
    Path release = home.resolve("release");
    if (!Files.isReadable(release) || !Files.isExecutable(home.resolve("bin").resolve("java"))) {
      return Optional.empty();
    }
    Properties facts = new Properties();
    try (Reader reader = Files.newBufferedReader(release, StandardCharsets.UTF_8)) {
      facts.load(reader);
    }
    String version = facts.getProperty("JAVA_VERSION", "0").replace("\"", "");
    return Optional.of(new Jdk(home, Runtime.Version.parse(version).feature()));
  }
}
