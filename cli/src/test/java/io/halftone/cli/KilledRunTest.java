package io.halftone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kill -9 at ten random moments of a run, drawn from the time that an undisturbed run took. One
 * that comes after the end of the work is drawn again.
 *
 * <p>Run by name: {@code -Dhalftone.kills=true}; with {@code -Dhalftone.stories15m=CHECKPOINT
 * -Dhalftone.stories15m.tokens=NPY} on that model, else on the small one of the tests. {@code
 * -Dhalftone.kills.seed} draws other moments.
 */
@EnabledIfSystemProperty(named = "halftone.kills", matches = "true")
class KilledRunTest {
  private static final long SEED = Long.getLong("halftone.kills.seed", 5);
  private static final int KILLS = 10;
  private static final List<String> OPTIONS = List.of("-Xmx2g");

  @TempDir private Path directory;

  private KillableRun run() throws IOException {
    String model = System.getProperty("halftone.stories15m", "");
    return model.isEmpty()
        ? KillableRun.onTheSmallModel(directory)
        : KillableRun.on(
            Path.of(model), Path.of(System.getProperty("halftone.stories15m.tokens")), directory);
  }

  @Test
  void killedAtTenRandomMomentsItEndsInTheSameBytes() throws Exception {
    KillableRun run = run();
    Path whole = run.output("whole");
    long start = System.nanoTime();
    String undisturbed;
    try (ChildCommand child = run.start(whole, OPTIONS)) {
      assertEquals(0, child.await(), child.errors());
      undisturbed = CommandRun.json(child.output()).get("sha256").asText();
    }
    long length = System.nanoTime() - start;
    System.out.println("undisturbed " + seconds(length) + " s, seed " + SEED);
    SplittableRandom random = new SplittableRandom(SEED);
    int kills = 0;
    for (int drawn = 0; kills < KILLS; drawn++) {
      long moment = random.nextLong(length);
      String what = "draw " + drawn + " of seed " + SEED + ", killed at " + seconds(moment) + " s";
      Path output = run.output("killed-" + drawn);
      try (ChildCommand child = run.start(output, OPTIONS)) {
        child.process().waitFor(moment, TimeUnit.NANOSECONDS);
        child.process().destroyForcibly();
        child.await();
      }
      String sha256;
      if (Files.exists(output) && !Files.exists(KillableRun.store(output))) {
        sha256 = Sha256.of(files(output));
        System.out.println(what + ": too late, all was done");
      } else {
        JsonNode resumed = run.finish(output);
        sha256 = resumed.get("sha256").asText();
        kills++;
        System.out.println(what + ": resumed " + resumed.get("resumedBlocks") + " blocks");
      }
      assertEquals(undisturbed, sha256, what);
      assertFalse(Files.exists(KillableRun.store(output)), what);
    }
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.3f", nanos / 1e9);
  }
}
