package io.halftone.bridges.onnxruntime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.npy.NpyArray;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildRuntimeTest {
  private static final ModelInputs NOTHING = new CountingInputs(List.of(), () -> {});

  @TempDir Path directory;
  private Set<String> before;

  @BeforeEach
  void rememberTemporaryDirectories() throws IOException {
    before = temporaryDirectories();
  }

  @AfterEach
  void noTemporaryDirectoryIsLeft() throws IOException {
    assertEquals(before, temporaryDirectories());
  }

  @Test
  void returnsWhatThisProcessWouldReturn() throws IOException {
    Path model = mlp();
    List<FloatTensor> here = new ArrayList<>();
    List<FloatTensor> there = new ArrayList<>();
    List<FloatTensor> hidden = new ArrayList<>();
    try (ModelInputs inputs = inputs(model)) {
      new ModelRunner(model, RunMode.OPTIMISED, 1)
          .stream(inputs, (batch, outputs) -> here.add(outputs.get("y")));
      ChildRuntime.of(model)
          .streamExposed(
              inputs,
              List.of("h", "x"),
              (batch, outputs, exposed) -> {
                there.add(outputs.get("y"));
                hidden.add(exposed.get("h"));
                assertArrayEquals(outputs.get("y").data(), exposed.get("y").data());
              });
    }
    assertEquals(2, there.size());
    for (int i = 0; i < 2; i++) {
      assertArrayEquals(here.get(i).data(), there.get(i).data());
      assertArrayEquals(here.get(i).shape(), there.get(i).shape());
      assertEquals(4, hidden.get(i).channels());
    }
  }

  @Test
  void runsWithAClassPathLongerThanAPage() throws IOException {
    String classPath = System.getProperty("java.class.path");
    String absent = directory.resolve("absent".repeat(10)).toString();
    System.setProperty(
        "java.class.path",
        classPath + (System.getProperty("path.separator") + absent).repeat(5000 / absent.length()));
    List<FloatTensor> outputs = new ArrayList<>();
    Path model = mlp();
    try (ModelInputs inputs = inputs(model)) {
      ChildRuntime.of(model).stream(inputs, (batch, result) -> outputs.add(result.get("y")));
    } finally {
      System.setProperty("java.class.path", classPath);
    }
    assertEquals(2, outputs.size());
  }

  @Test
  void reportsWhatTheChildSaid() throws IOException {
    Path broken = Files.writeString(directory.resolve("broken.onnx"), "no model at all");
    IOException e =
        assertThrows(
            IOException.class,
            () -> ChildRuntime.of(broken).stream(NOTHING, (batch, outputs) -> {}));
    assertTrue(e.getMessage().contains("exit code 1"), e.getMessage());
    assertTrue(
        e.getMessage().contains("broken.onnx cannot be loaded by ONNX Runtime"), e.getMessage());
    Path missing = directory.resolve("missing.onnx");
    assertThrows(
        IOException.class, () -> ChildRuntime.of(missing).stream(NOTHING, (batch, outputs) -> {}));
  }

  @Test
  void killsAChildThatTakesTooLong() throws IOException {
    Path model = mlp();
    ChildRuntime hurried = new ChildRuntime(model, RunMode.OPTIMISED, 1, Duration.ofMillis(1));
    try (ModelInputs inputs = inputs(model)) {
      IOException e =
          assertThrows(IOException.class, () -> hurried.stream(inputs, (batch, outputs) -> {}));
      assertTrue(e.getMessage().contains("did not finish within PT0.001S"), e.getMessage());
    }
    assertEquals(0, ProcessHandle.current().children().filter(ProcessHandle::isAlive).count());
  }

  @Test
  void endsWithTheThreadThatWaitsForIt() throws IOException {
    Path model = mlp();
    Thread waiting = Thread.currentThread();
    onceAChildRuns(child -> waiting.interrupt());
    try (ModelInputs inputs = inputs(model)) {
      assertThrows(
          InterruptedIOException.class,
          () -> ChildRuntime.of(model).stream(inputs, (batch, outputs) -> {}));
    } finally {
      assertTrue(Thread.interrupted());
    }
    assertEquals(0, ProcessHandle.current().children().filter(ProcessHandle::isAlive).count());
  }

  @Test
  void survivesTheDeathOfTheChild() throws IOException {
    Path model = mlp();
    onceAChildRuns(ProcessHandle::destroyForcibly);
    try (ModelInputs inputs = inputs(model)) {
      IOException e =
          assertThrows(
              IOException.class,
              () -> ChildRuntime.of(model).stream(inputs, (batch, outputs) -> {}));
      assertTrue(e.getMessage().contains("child process ended with exit code"), e.getMessage());
    }
  }

  private static void onceAChildRuns(Consumer<ProcessHandle> action) {
    Thread watcher =
        new Thread(
            () -> {
              Optional<ProcessHandle> child = Optional.empty();
              while (child.isEmpty()) {
                child =
                    ProcessHandle.current()
                        .children()
                        .filter(ChildRuntimeTest::runsModel)
                        .findAny();
              }
              action.accept(child.get());
            });
    watcher.setDaemon(true);
    watcher.start();
  }

  /** Not so for the process that is about to become the child, which must not be disturbed. */
  private static boolean runsModel(ProcessHandle process) {
    return process
        .info()
        .commandLine()
        .filter(line -> line.contains(ModelRunMain.class.getName()))
        .isPresent();
  }

  private Path mlp() throws IOException {
    return TinyModels.mlp(
        directory.resolve("mlp.onnx"), TinyModels.random(1, 4, 3), TinyModels.random(2, 2, 4));
  }

  private static ModelInputs inputs(Path model) throws IOException {
    FloatMatrix x = TinyModels.random(3, 6, 3);
    return ArrayInputs.of(
        Map.of("x", NpyArray.ofFloats(x.data(), 3, 2, 3)), ModelSignature.read(model), 2);
  }

  private static Set<String> temporaryDirectories() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      Set<String> names = new TreeSet<>();
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(ExchangeDirectory.PREFIX))
          .forEach(names::add);
      return names;
    }
  }
}
