package io.halftone.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a reader of untrusted files must do with damaged ones: read them, or refuse them by a typed
 * error that names file, place and reason. It throws nothing else, allocates no more than twice the
 * file's size plus 64 MiB and comes to an end.
 *
 * <p>The system property {@code halftone.fuzz.inputs} says how many damaged files each reader gets,
 * 2,000 if it is not set. An input's number is its seed.
 */
public abstract class ReaderFuzzContract {
  private static final int INPUTS = Integer.getInteger("halftone.fuzz.inputs", 2_000);
  private static final long PATIENCE_MILLIS = 60_000;

  @TempDir Path directory;

  /** Small valid files with everything the format has. */
  protected abstract List<byte[]> originals() throws IOException;

  /**
   * Reads everything that the reader offers.
   *
   * @param file under a name that {@link #fileName()} gives
   * @throws IOException if the reader refuses the file
   */
  protected abstract void read(Path file) throws IOException;

  /** The class of the reader's refusals. */
  protected abstract Class<? extends IOException> refusal();

  /** The name under which files are stored. */
  protected abstract String fileName();

  /** Where the damage is, as messages say it. */
  protected Pattern place() {
    return Pattern.compile("offset \\d+");
  }

  /** Words that the format's texts are made of. */
  protected List<String> words() {
    return List.of();
  }

  /**
   * Puts down what a file needs beside it.
   *
   * @param besides where the damaged files will be
   */
  protected void prepare(Path besides) throws IOException {}

  @Test
  final void damagedFilesAreReadOrRefused(TestReporter reporter)
      throws IOException, InterruptedException {
    prepare(directory);
    Path file = directory.resolve(fileName());
    for (byte[] original : originals()) {
      read(Files.write(file, original));
    }
    FuzzRun run = new FuzzRun(this, new Damage(originals(), words()), file, INPUTS);
    Thread thread = new Thread(run, "fuzz " + fileName());
    thread.setDaemon(true);
    thread.start();
    await(thread, run);
    if (run.failure() != null) {
      throw new AssertionError("input " + run.current() + ": " + run.failure(), run.failure());
    }
    assertTrue(run.refused() > 0, "no damage was noticed");
    reporter.publishEntry(getClass().getSimpleName(), run.toString());
  }

  private static void await(Thread thread, FuzzRun run) throws InterruptedException {
    for (int seen = -1; thread.isAlive(); thread.join(PATIENCE_MILLIS)) {
      assertTrue(
          run.current() != seen,
          () -> "input " + run.current() + " hangs at " + Arrays.toString(thread.getStackTrace()));
      seen = run.current();
    }
  }

  final void requireClear(IOException refusal, Path file) {
    String message = String.valueOf(refusal.getMessage());
    if (refusal.getClass() != refusal()
        || !message.startsWith(file.toString())
        || !place().matcher(message.substring(file.toString().length())).find()) {
      throw new AssertionError("the refusal is not clear: " + refusal, refusal);
    }
  }
}
