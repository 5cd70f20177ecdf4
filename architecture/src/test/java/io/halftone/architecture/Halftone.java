package io.halftone.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the rules look at: the class files and the sources of every module. */
final class Halftone {
  /** Main classes of all modules on this module's class path. */
  static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.halftone");

  /** The checkout's root; tests run in their module's directory. */
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private Halftone() {}

  /** Classes planted to break rules, under {@code io.halftone.planted.<topic>}. */
  static JavaClasses planted(String topic) {
    return new ClassFileImporter().importPackages("io.halftone.planted." + topic);
  }

  /** Java files below {@code <module>/src/main/java} or {@code <module>/src/test/java}, sorted. */
  static List<Path> sources(String module, String kind) {
    Path root = ROOT.resolve(module).resolve("src/" + kind + "/java");
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A source file's text. */
  static String text(Path source) {
    try {
      return Files.readString(source);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
