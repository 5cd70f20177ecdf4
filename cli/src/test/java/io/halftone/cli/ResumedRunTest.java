package io.halftone.cli;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run on a language model that is killed goes on and ends in the bytes of one that was not. */
@DisabledOnOs(OS.WINDOWS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResumedRunTest {
  private static final long LIMIT_SECONDS = 300;
  private static final List<String> QUICK =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m");

  /** Each of the four blocks appears twice: as a partial file, and under its name. */
  private static final int STORE_EVENTS = 8;

  private static final int TRIES = 3;

  @TempDir private static Path directory;
  private KillableRun run;
  private String undisturbed;
  private JsonNode layers;

  @BeforeAll
  void runUndisturbed() throws IOException {
    run = KillableRun.onTheSmallModel(directory);
    JsonNode facts = run.finish(run.output("whole"));
    undisturbed = facts.get("sha256").asText();
    layers = facts.get("layers");
  }

  /** Kills at the n-th file of the store and, after those, of the checkpoint that is staged. */
  private void assertResumes(String name, int events) throws Exception {
    Path output = run.output(name);
    for (int tries = 1; !isKilledAt(output, events); tries++) {
      assertTrue(tries < TRIES, () -> "no run could be killed at event " + events);
      output = run.output(name + "-again-" + tries);
    }
    JsonNode resumed = run.finish(output);
    assertEquals(undisturbed, resumed.get("sha256").asText(), () -> "killed at event " + events);
    assertEquals(layers, resumed.get("layers"), () -> "killed at event " + events);
    int finished = resumed.get("resumedBlocks").intValue();
    assertTrue(finished >= Math.min(events, STORE_EVENTS) / 2, () -> "resumed " + finished);
    try (Stream<Path> left = Files.list(output.getParent())) {
      assertEquals(List.of(output), left.toList());
    }
  }

  /** Whether the kill came before the end, which a machine that is busy with others may delay. */
  private boolean isKilledAt(Path output, int events) throws Exception {
    Path store = Files.createDirectory(KillableRun.store(output));
    try (WatchService watch = store.getFileSystem().newWatchService();
        ChildCommand child = startWatched(watch, output, store)) {
      await(watch, output.getParent(), events);
      child.process().destroyForcibly();
      if (child.await() != 0) {
        assertFalse(Files.exists(output), () -> "published before event " + events);
        return true;
      }
      return false;
    }
  }

  private ChildCommand startWatched(WatchService watch, Path output, Path store)
      throws IOException {
    output.getParent().register(watch, ENTRY_CREATE);
    store.register(watch, ENTRY_CREATE);
    return run.start(output, QUICK);
  }

  private static void await(WatchService watch, Path beside, int events)
      throws IOException, InterruptedException {
    int seen = 0;
    while (seen < events) {
      WatchKey key = watch.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
      assertNotNull(key, "no event " + seen);
      for (WatchEvent<?> event : key.pollEvents()) {
        if (!key.watchable().equals(beside)) {
          seen++;
        } else if (event.context().toString().startsWith(".halftone-")) {
          try {
            // made before the first block, so that no file in it is missed
            beside.resolve((Path) event.context()).register(watch, ENTRY_CREATE);
          } catch (NoSuchFileException over) {
            return;
          }
        }
      }
      key.reset();
    }
  }

  @Test
  void killedInTheFirstBlockAndAfterTheThirdItEndsInTheSameBytes() throws Exception {
    assertResumes("first", 1);
    assertResumes("third", 6);
  }

  @Test
  void withOtherInputsItStartsAgain() throws IOException {
    Path output = run.output("other");
    Path store = Files.createDirectory(KillableRun.store(output));
    Files.writeString(store.resolve("block-0-0123456789abcdef"), "of another run");
    JsonNode facts = run.finish(output);
    assertEquals(0, facts.get("resumedBlocks").intValue());
    assertEquals(undisturbed, facts.get("sha256").asText());
  }

  /** Run by name: {@code -Dhalftone.kills=true}. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14})
  @EnabledIfSystemProperty(named = "halftone.kills", matches = "true")
  void killedAtAnyFileItEndsInTheSameBytes(int events) throws Exception {
    assertResumes("killed-" + events, events);
  }
}
