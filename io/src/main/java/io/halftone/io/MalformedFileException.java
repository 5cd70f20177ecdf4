package io.halftone.io;

import java.io.IOException;

/**
 * A file is not what its format demands. The message names file, place and reason; the place is a
 * byte offset or, where bytes mean little to people, the line or field.
 */
public final class MalformedFileException extends IOException {
  private static final long serialVersionUID = 1;

  private final long offset;

  /**
   * Describes the damage.
   *
   * @param source the file, with the entry inside it where there is one
   * @param offset byte at which the damage shows
   * @param reason what is wrong there, and what was expected
   */
  public MalformedFileException(String source, long offset, String reason) {
    super(source + ", offset " + offset + ": " + reason);
    this.offset = offset;
  }

  /**
   * Describes damage whose place is not a byte.
   *
   * @param source the file, with the entry inside it where there is one
   * @param reason the field or line, what is wrong there, and what was expected
   * @param cause what noticed the damage
   */
  public MalformedFileException(String source, String reason, Throwable cause) {
    super(source + ": " + reason, cause);
    this.offset = -1;
  }

  /** The byte at which the damage shows; -1 if the message names a field or line instead. */
  public long offset() {
    return offset;
  }
}
