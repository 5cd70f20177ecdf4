package io.halftone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.format.Formats;
import io.halftone.core.scheme.Granularity;
import io.halftone.io.convert.TargetFormat;
import io.halftone.io.npy.NpyArray;
import io.halftone.io.npy.NpyFile;
import io.halftone.testkit.RandomLayers;
import io.halftone.testkit.TinyLlama;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Killed at any moment, a command that writes leaves the old output or the complete new one, and
 * run again it ends in the bytes of a run that nothing disturbed.
 *
 * <p>A directory cannot be exchanged in one step: there is a moment at which the old one stands
 * aside and the new one not yet in its place. It is complete then, and the next run moves it back.
 *
 * <p>Run by name: {@code -Dhalftone.kills=true}.
 */
@DisabledOnOs(OS.WINDOWS)
@EnabledIfSystemProperty(named = "halftone.kills", matches = "true")
class KilledWriteTest {
  private static final int KILLS = 8;

  @TempDir private Path directory;
  private Path logs;

  @BeforeEach
  void makeLogs() throws IOException {
    logs = Files.createDirectory(directory.resolve("logs"));
  }

  /** What writes, by its words without {@code --force}. */
  private enum Writer {
    CONVERT_TO_GGUF("out.gguf") {
      @Override
      List<Object> words(Path directory, Path out) throws IOException {
        return List.of("convert", floats(directory), out, "--to", "gguf-q4_k");
      }
    },
    CONVERT_TO_CHECKPOINT("out") {
      @Override
      List<Object> words(Path directory, Path out) throws IOException {
        return List.of("convert", packed(directory), out, "--to", "gptq");
      }
    },
    CONVERT_TO_ONNX("out.onnx") {
      @Override
      List<Object> words(Path directory, Path out) throws IOException {
        return List.of("convert", packed(directory), out, "--to", "matmulnbits");
      }
    },
    QUANTIZE_TO_ONNX("q.onnx") {
      @Override
      List<Object> words(Path directory, Path out) throws IOException {
        Path model =
            TinyModel.single(TinyModel.random(1, 256, 512)).write(directory.resolve("model.onnx"));
        Path inputs = TinyModel.npy(directory.resolve("x.npy"), TinyModel.random(7, 8, 256));
        return List.of(
            "quantize", model, "--recipe", "rtn", "--calibration", inputs, "--output", out);
      }
    },
    QUANTIZE_TO_GGUF("q") {
      @Override
      List<Object> words(Path directory, Path out) throws IOException {
        Path tokens = directory.resolve("tokens.npy");
        int[] ids = Arrays.stream(TinyLlama.tokens(), 0, 2).flatMapToInt(Arrays::stream).toArray();
        NpyFile.write(tokens, NpyArray.ofInts(ids, 2, 256));
        return List.of(
            "quantize",
            floats(directory),
            "--recipe",
            "rtn",
            "--format",
            "gguf-q4_0",
            "--calibration",
            tokens,
            "--output",
            out);
      }
    };

    private final String output;

    Writer(String output) {
      this.output = output;
    }

    abstract List<Object> words(Path directory, Path out) throws IOException;

    private static Path floats(Path directory) throws IOException {
      return TinyCheckpoint.floats(directory.resolve("model"));
    }

    private static Path packed(Path directory) throws IOException {
      return TinyCheckpoint.write(
          directory.resolve("packed"),
          floats(directory),
          RandomLayers.symmetric(4, new Granularity.PerGroup(32), Formats.F16),
          TargetFormat.PACK_QUANTIZED);
    }
  }

  @ParameterizedTest
  @EnumSource
  void leavesTheOldOutputOrTheNewOne(Writer writer, TestReporter reporter) throws Exception {
    Path target = Files.createDirectory(directory.resolve("target"));
    Path out = target.resolve(writer.output);
    Object[] words =
        Stream.concat(writer.words(directory, out).stream(), Stream.of("--force", "--json"))
            .toArray();
    long start = System.nanoTime();
    try (ChildCommand whole = ChildCommand.start(logs, List.of(), Map.of(), words)) {
      assertEquals(0, whole.await(), whole.errors());
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    Map<String, String> complete = content(out);
    makeOld(out);
    Map<String, String> old = content(out);
    assertNotEquals(old, complete);
    SplittableRandom random = new SplittableRandom(writer.name().hashCode());
    int replaced = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      // the files are written in the second half of the run
      long moment = kill % 2 == 0 ? random.nextLong(millis) : millis - random.nextLong(millis / 2);
      try (ChildCommand run = ChildCommand.start(logs, List.of(), Map.of(), words)) {
        run.process().waitFor(moment, TimeUnit.MILLISECONDS);
        run.process().destroyForcibly();
        run.await();
      }
      Path aside = target.resolve(".halftone-old-" + writer.output);
      Map<String, String> left = content(Files.exists(out) ? out : aside);
      assertTrue(
          left.equals(old) || left.equals(complete),
          () -> "killed after " + moment + " of " + millis + " ms: " + left);
      if (left.equals(complete)) {
        replaced++;
        makeOld(out);
      }
    }
    reporter.publishEntry(
        writer.name(), replaced + " of " + KILLS + " killed after the new output was in its place");
    CommandRun.of(words).assertDone();
    assertEquals(complete, content(out));
    assertTrue(replaced < KILLS, "no run was killed before its end");
  }

  private static void makeOld(Path out) throws IOException {
    Files.writeString(Files.isDirectory(out) ? out.resolve("config.json") : out, "old");
  }

  /** Hashes by name. */
  private static Map<String, String> content(Path path) throws IOException {
    Map<String, String> hashes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        hashes.put(path.relativize(file).toString(), Sha256.of(file));
      }
    }
    return hashes;
  }
}
