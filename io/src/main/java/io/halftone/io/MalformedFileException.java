package io.halftone.io;

import java.io.IOException;

/** A file is not what its format demands. The message names file, byte offset and reason. */
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

  /** The byte at which the damage shows. */
  public long offset() {
    return offset;
  }
}
