package io.halftone.bridges.llamacpp;

import com.sun.jna.Library;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/** The shared library of llama.cpp, build 4916, inside the binding for Java. */
final class BundledLibrary {
  /** Resolves at once, and keeps two builds in one process from seeing each other's functions. */
  private static final int NOW_AND_LOCAL = 2;

  private BundledLibrary() {}

  /**
   * Loads it.
   *
   * @throws IOException if there is none for this platform, or it cannot be unpacked
   */
  static NativeLibrary load() throws IOException {
    String resource = Platform.resource();
    try (InputStream in = BundledLibrary.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("no llama.cpp for this platform: " + resource + " is missing");
      }
      Path file =
          Files.createTempFile("halftone-llama", resource.substring(resource.lastIndexOf('.')));
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      try {
        return load(file);
      } finally {
        deleteUnlessInUse(file);
      }
    }
  }

  /**
   * Loads another build.
   *
   * @throws IOException if it cannot be loaded
   */
  static NativeLibrary load(Path file) throws IOException {
    try {
      return NativeLibrary.getInstance(
          file.toAbsolutePath().toString(), Map.of(Library.OPTION_OPEN_FLAGS, NOW_AND_LOCAL));
    } catch (UnsatisfiedLinkError e) {
      throw new IOException(file + " cannot be loaded as ggml: " + e.getMessage(), e);
    }
  }

  private static void deleteUnlessInUse(Path file) throws IOException {
    try {
      Files.delete(file);
    } catch (FileSystemException e) {
      // Windows keeps the file of a loaded library.
    }
  }
}
