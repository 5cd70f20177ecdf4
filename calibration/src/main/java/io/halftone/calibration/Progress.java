package io.halftone.calibration;

/** Hears how far a run is. */
@FunctionalInterface
public interface Progress {
  /** Hears nothing. */
  Progress SILENT = (done, total, what) -> {};

  /**
   * Called after each unit of work, from any thread.
   *
   * @param done units finished
   * @param total units of this run
   * @param what the unit just finished
   */
  void advanced(int done, int total, String what);
}
