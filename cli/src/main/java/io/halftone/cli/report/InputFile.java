package io.halftone.cli.report;

/**
 * One input of a run, told by its content.
 *
 * @param role what it was used as, for example {@code "model"} or {@code "held-out text"}
 * @param name its file or resource name
 * @param bytes its size
 * @param sha256 hexadecimal SHA-256 of its bytes
 */
public record InputFile(String role, String name, long bytes, String sha256) {

  /** Checks names and ranges. */
  public InputFile {
    Require.text("role", role);
    Require.text("name", name);
    Require.atLeast("bytes", bytes, 0);
    Require.text("sha256", sha256);
  }
}
