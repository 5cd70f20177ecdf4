package io.halftone.cli.language;

/** Hears how far a run is. */
@FunctionalInterface
public interface RunProgress {
  /** Hears nothing. */
  RunProgress SILENT = (done, total, seconds) -> {};

  /**
   * Called after each block that was quantized and stored.
   *
   * @param done blocks finished
   * @param total blocks of the model
   * @param seconds this one took
   */
  void block(int done, int total, double seconds);

  /**
   * Called before something that takes a while.
   *
   * @param what is done now, for people
   */
  default void stage(String what) {}
}
