package io.halftone.cli;

import io.halftone.cli.language.RunProgress;
import java.util.Locale;

/** Says on standard error how far a run on a language model is, and how long it will take. */
final class RunNotes implements RunProgress {
  private final Output output;
  private double seconds;
  private int blocks;

  RunNotes(Output output) {
    this.output = output;
  }

  @Override
  public void block(int done, int total, double taken) {
    seconds += taken;
    blocks++;
    output.note(
        String.format(
            Locale.ROOT,
            "block %d of %d: %.1f s%s",
            done,
            total,
            taken,
            done == total
                ? ""
                : ", about " + duration(secondsPerBlock() * (total - done)) + " to go"));
  }

  @Override
  public void stage(String what) {
    output.note(what);
  }

  /** Mean of the blocks that were quantized; 0 if there was none. */
  double secondsPerBlock() {
    return blocks == 0 ? 0 : seconds / blocks;
  }

  private static String duration(double seconds) {
    return seconds < 120
        ? String.format(Locale.ROOT, "%.0f s", seconds)
        : String.format(Locale.ROOT, "%.0f min", seconds / 60);
  }
}
