package io.halftone.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
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
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A run that is killed, or finds no room, leaves the old output as it was. */
@DisabledOnOs(OS.WINDOWS)
class InterruptedRunTest {
  private static final byte[] OLD = "the old model".getBytes(StandardCharsets.UTF_8);
  private static final long LIMIT_SECONDS = 60;

  /** Less than the quantized model needs, more than anything else that is written. */
  private static final int ROOM_KIB = 48;

  @TempDir private Path directory;
  private Path model;
  private Path inputs;
  private Path target;
  private Path logs;

  @BeforeEach
  void writeModelAndInputs() throws IOException {
    model = TinyModel.single(TinyModel.random(1, 256, 512)).write(directory.resolve("model.onnx"));
    inputs = TinyModel.npy(directory.resolve("inputs.npy"), TinyModel.random(7, 8, 256));
    target = Files.createDirectory(directory.resolve("target"));
    logs = Files.createDirectory(directory.resolve("logs"));
    Files.write(output(), OLD);
  }

  private Path output() {
    return target.resolve("q.onnx");
  }

  private ChildCommand quantize(List<String> launcher, Map<String, String> environment)
      throws IOException {
    return ChildCommand.start(
        logs,
        launcher,
        environment,
        "quantize",
        model,
        "--recipe",
        "rtn",
        "--calibration",
        inputs,
        "--output",
        output(),
        "--force",
        "--json");
  }

  @Test
  void undisturbedItPrintsOneJsonObjectAndReplacesTheFile() throws Exception {
    try (ChildCommand run = quantize(List.of(), Map.of())) {
      assertEquals(0, run.await(), run.errors());
      String hash = CommandRun.json(run.output()).at("/results/0/sha256").textValue();
      assertEquals(Sha256.of(output()), hash);
      assertEquals(List.of("q.onnx"), names());
    }
  }

  @ParameterizedTest
  @CsvSource({"SIGTERM, 0", "SIGTERM, 600", "SIGKILL, 0", "SIGKILL, 600"})
  void killedWithTheModelHalfDoneItLeavesTheOldFileOrTheWholeNewOne(
      String signal, long millisAfterStaging) throws Exception {
    try (WatchService watch = target.getFileSystem().newWatchService()) {
      target.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      try (ChildCommand run = quantize(List.of(), Map.of())) {
        WatchKey staged = watch.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        assertNotNull(staged, "no staging directory");
        run.process().waitFor(millisAfterStaging, TimeUnit.MILLISECONDS);
        if (signal.equals("SIGTERM")) {
          run.process().destroy();
        } else {
          run.process().destroyForcibly();
        }
        boolean finished = run.await() == 0;
        byte[] left = Files.readAllBytes(output());
        if (finished || !Arrays.equals(OLD, left)) {
          assertTrue(millisAfterStaging > 0, "published at once: " + run.errors());
          assertArrayEquals(wholeNewFile(), left);
        }
        if (!signal.equals("SIGKILL")) {
          assertEquals(List.of("q.onnx"), names());
        }
      }
    }
  }

  private byte[] wholeNewFile() throws Exception {
    try (ChildCommand run = quantize(List.of(), Map.of())) {
      assertEquals(0, run.await(), run.errors());
      return Files.readAllBytes(output());
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void withoutRoomItFailsAndLeavesTheOldFile() throws Exception {
    Path natives = Files.createDirectory(directory.resolve("natives"));
    for (String library : List.of("libonnxruntime.so", "libonnxruntime4j_jni.so")) {
      copyNative(library, natives);
    }
    List<String> limited =
        List.of("bash", "-c", "ulimit -f " + ROOM_KIB + " && exec \"$@\"", "bash");
    Map<String, String> environment =
        Map.of("JAVA_TOOL_OPTIONS", "-Donnxruntime.native.path=" + natives);
    try (ChildCommand run = quantize(limited, environment)) {
      assertEquals(1, run.await(), run.errors());
      assertEquals("", run.output());
      assertTrue(run.errors().contains("halftone: failed: File too large"), run.errors());
      assertArrayEquals(OLD, Files.readAllBytes(output()));
      assertEquals(List.of("q.onnx"), names());
    }
  }

  private static void copyNative(String library, Path to) throws IOException {
    String folder = System.getProperty("os.arch").equals("aarch64") ? "linux-aarch64" : "linux-x64";
    try (InputStream in =
        InterruptedRunTest.class.getResourceAsStream(
            "/ai/onnxruntime/native/" + folder + "/" + library)) {
      Files.copy(in, to.resolve(library));
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(target)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
