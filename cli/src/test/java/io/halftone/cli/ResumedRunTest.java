package io.halftone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.halftone.io.npy.NpyArray;
import io.halftone.io.npy.NpyFile;
import io.halftone.testkit.TinyLlama;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run on a language model that is killed goes on and ends in the bytes of one that was not. */
@DisabledOnOs(OS.WINDOWS)
class ResumedRunTest {
  private static final long LIMIT_SECONDS = 300;

  /** Each of the four blocks appears twice: as a partial file, and under its name. */
  private static final int EVENTS = 8;

  @TempDir private Path directory;
  private Path model;
  private Path calibration;

  @BeforeEach
  void copyModel() throws IOException {
    model = TinyLlama.copyTo(Files.createDirectory(directory.resolve("model")));
    int[] ids = Arrays.stream(TinyLlama.tokens(), 0, 2).flatMapToInt(Arrays::stream).toArray();
    calibration = directory.resolve("calibration.npy");
    NpyFile.write(calibration, NpyArray.ofInts(ids, 2, 256));
  }

  private Object[] words(Path output) {
    return new Object[] {
      "quantize",
      model,
      "--recipe",
      "gptq",
      "--scheme",
      "W4A16_G32",
      "--calibration",
      calibration,
      "--output",
      output,
      "--resume",
      "--json"
    };
  }

  private Path output(String name) throws IOException {
    return Files.createDirectories(directory.resolve(name)).resolve("q");
  }

  private void assertResumesTo(String sha256, int events) throws Exception {
    Path output = output("killed-" + events);
    Path store = Files.createDirectory(output.resolveSibling("q.blocks"));
    try (WatchService watch = store.getFileSystem().newWatchService()) {
      store.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      try (ChildCommand run = ChildCommand.start(directory, List.of(), Map.of(), words(output))) {
        await(watch, Math.min(events, EVENTS));
        if (events > EVENTS) {
          awaitStaged(output.getParent(), events - EVENTS);
        }
        run.process().destroyForcibly();
        assertTrue(run.await() != 0, () -> "ended before event " + events);
      }
    }
    assertFalse(Files.exists(output), () -> "published before event " + events);
    JsonNode resumed = CommandRun.of(words(output)).json();
    assertEquals(sha256, resumed.get("sha256").asText(), () -> "killed at event " + events);
    int finished = resumed.get("resumedBlocks").intValue();
    assertTrue(finished >= Math.min(events, EVENTS) / 2, () -> "resumed " + finished);
    assertFalse(Files.exists(store));
  }

  private static void await(WatchService watch, int events) throws InterruptedException {
    for (int seen = 0; seen < events; ) {
      WatchKey key = watch.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
      assertNotNull(key, "no event " + seen);
      seen += key.pollEvents().size();
      key.reset();
    }
  }

  /** Waits for files in the directory that is to become the checkpoint. */
  private static void awaitStaged(Path parent, int files) throws IOException, InterruptedException {
    Path staged;
    try (Stream<Path> all = Files.list(parent)) {
      staged = all.filter(p -> p.getFileName().toString().startsWith(".half")).findFirst().get();
    }
    try (WatchService watch = staged.getFileSystem().newWatchService()) {
      staged.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      for (int seen = 0; seen < files && count(staged) < files; seen++) {
        WatchKey key = watch.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        assertNotNull(key, "no file in " + staged);
        key.reset();
      }
    }
  }

  private static long count(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.count();
    }
  }

  private String undisturbed() throws IOException {
    return CommandRun.of(words(output("whole"))).json().get("sha256").asText();
  }

  @Test
  void killedInTheFirstBlockAndAfterTheThirdItEndsInTheSameBytes() throws Exception {
    String sha256 = undisturbed();
    assertResumesTo(sha256, 1);
    assertResumesTo(sha256, 6);
  }

  @Test
  void withOtherInputsItStartsAgain() throws Exception {
    Path output = output("other");
    Path store = Files.createDirectory(output.resolveSibling("q.blocks"));
    Files.writeString(store.resolve("block-0-0123456789abcdef"), "of another run");
    JsonNode run = CommandRun.of(words(output)).json();
    assertEquals(0, run.get("resumedBlocks").intValue());
    assertEquals(undisturbed(), run.get("sha256").asText());
  }

  /** Run by name: {@code -Dhalftone.kills=true}. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  @EnabledIfSystemProperty(named = "halftone.kills", matches = "true")
  void killedAnywhereItEndsInTheSameBytes(int events) throws Exception {
    assertResumesTo(undisturbed(), events);
  }
}
