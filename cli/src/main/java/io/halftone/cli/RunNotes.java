package io.halftone.cli;

import io.halftone.cli.language.RunProgress;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Says how far a run on a language model is, and how long it, or a deeper one, will take. */
final class RunNotes implements RunProgress {
  private final Consumer<String> output;
  private final OptionalInt deeper;
  private double seconds;
  private int blocks;

  /**
   * Has nothing to say yet.
   *
   * @param output hears it
   * @param deeper number of such blocks whose time is extrapolated at the end, if asked for
   */
  RunNotes(Consumer<String> output, OptionalInt deeper) {
    this.output = output;
    this.deeper = deeper;
  }

  @Override
  public void block(int done, int total, double taken) {
    seconds += taken;
    blocks++;
    output.accept(
        String.format(
            Locale.ROOT,
            "block %d of %d: %.1f s%s",
            done,
            total,
            taken,
            done == total
                ? ""
                : ", about " + duration(secondsPerBlock() * (total - done)) + " to go"));
    if (done == total) {
      output.accept(
          String.format(
              Locale.ROOT,
              "%d of %d blocks quantized now, %.1f s a block%s",
              blocks,
              total,
              secondsPerBlock(),
              deeper.isEmpty()
                  ? ""
                  : "; "
                      + deeper.getAsInt()
                      + " such blocks: "
                      + duration(secondsPerBlock() * deeper.getAsInt())));
    }
  }

  @Override
  public void stage(String what) {
    output.accept(what);
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
