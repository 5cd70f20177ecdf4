package io.halftone.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** Something the user gave cannot be used; the message says what and why. */
final class InputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InputException(String message, Throwable cause) {
    super(message, cause);
  }

  InputException(String message) {
    super(message);
  }

  /** Reads an input, turning a failure into a message for the user. */
  static <T> T reading(String what, Reading<T> reading) {
    try {
      return reading.read();
    } catch (NoSuchFileException missing) {
      throw new InputException(
          "there is no file " + missing.getFile() + " (" + what + ")", missing);
    } catch (AccessDeniedException denied) {
      throw new InputException(
          "cannot read " + denied.getFile() + " (" + what + "): access denied", denied);
    } catch (IOException failure) {
      throw new InputException(failure.getMessage(), failure);
    }
  }

  /** Reads something from a file. */
  @FunctionalInterface
  interface Reading<T> {
    T read() throws IOException;
  }
}
