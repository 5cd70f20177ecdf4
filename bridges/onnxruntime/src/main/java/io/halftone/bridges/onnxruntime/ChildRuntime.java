package io.halftone.bridges.onnxruntime;

import io.halftone.bridges.onnxruntime.ExchangeDirectory.Kind;
import io.halftone.io.child.JavaChild;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a model file in a child process of the same Java, so that a crash of the native runtime is
 * an exception here.
 *
 * <p>The child loads the file from disk, unmodified. It finds the classes by {@code
 * java.class.path}. Inputs and outputs pass through a temporary directory that is removed at the
 * end, whichever it is; so is the child when the calling thread is interrupted or this virtual
 * machine ends.
 *
 * @param model an ONNX file
 * @param mode how the runtime prepares it
 * @param threads batches run at once, at least 1
 * @param timeout after which the child is killed, positive
 */
public record ChildRuntime(Path model, RunMode mode, int threads, Duration timeout)
    implements OutputSource {
  private static final Logger LOGGER = LoggerFactory.getLogger(ChildRuntime.class);

  /**
   * Besides reporting nothing to anyone, it lets a long class path pass: the telemetry of ONNX
   * Runtime 1.29 overflows the stack when the command line is longer than about 3,970 bytes.
   */
  private static final String DISABLE_TELEMETRY = "ORT_DISABLE_TELEMETRY";

  /** Validates the ranges. */
  public ChildRuntime {
    if (threads < 1 || timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException(
          "threads is " + threads + ", timeout " + timeout + ", both must be positive");
    }
  }

  /** As the runtime's users run the file, a batch on each processor, for at most ten minutes. */
  public static ChildRuntime of(Path model) {
    int processors = Runtime.getRuntime().availableProcessors();
    return new ChildRuntime(model, RunMode.OPTIMISED, processors, Duration.ofMinutes(10));
  }

  /** Takes one batch of a run with exposed tensors. */
  @FunctionalInterface
  public interface ExposedConsumer {
    /**
     * Takes one batch.
     *
     * @param batch that was run
     * @param outputs of the unmodified file
     * @param exposed outputs and exposed tensors of a copy that returns them; an exposed tensor
     *     that is an input of the model is in the batch instead
     */
    void accept(
        InputBatch batch, Map<String, FloatTensor> outputs, Map<String, FloatTensor> exposed)
        throws IOException;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IOException also if the child crashes, fails or is too slow; the message has its exit
   *     code and last lines
   */
  @Override
  public void stream(ModelInputs inputs, OutputConsumer consumer) throws IOException {
    exchange(
        inputs,
        List.of(),
        (exchange, batch, index) -> consumer.accept(batch, exchange.read(Kind.OUTPUT, index)));
  }

  /**
   * Runs the file, and in the same child a copy that also returns some tensors it keeps to itself.
   *
   * @param tensors names
   * @throws IOException as {@link #stream}, and if the model has no such tensor
   */
  public void streamExposed(ModelInputs inputs, List<String> tensors, ExposedConsumer consumer)
      throws IOException {
    exchange(
        inputs,
        tensors,
        (exchange, batch, index) ->
            consumer.accept(
                batch, exchange.read(Kind.OUTPUT, index), exchange.read(Kind.EXPOSED, index)));
  }

  @FunctionalInterface
  private interface Reader {
    void read(ExchangeDirectory exchange, InputBatch batch, int index) throws IOException;
  }

  private void exchange(ModelInputs inputs, List<String> exposed, Reader reader)
      throws IOException {
    if (!Files.isReadable(model)) {
      throw new IOException(model + " cannot be read");
    }
    ExchangeDirectory exchange = ExchangeDirectory.create();
    Thread cleanup = new Thread(() -> delete(exchange), "delete " + exchange.path());
    Runtime.getRuntime().addShutdownHook(cleanup);
    try {
      List<InputBatch> batches = exchange.writeInputs(inputs);
      exchange.writeExposed(exposed);
      run(exchange);
      for (int i = 0; i < batches.size(); i++) {
        reader.read(exchange, batches.get(i), i);
      }
    } finally {
      exchange.delete();
      forget(cleanup);
    }
  }

  private void run(ExchangeDirectory exchange) throws IOException {
    long start = System.nanoTime();
    List<String> arguments =
        List.of(
            exchange.path().toString(),
            model.toAbsolutePath().toString(),
            mode.name(),
            Integer.toString(threads));
    new JavaChild(
            model.toString(),
            ModelRunMain.class,
            arguments,
            Map.of(DISABLE_TELEMETRY, "1"),
            exchange.path(),
            timeout)
        .run();
    LOGGER.debug("child process ran {} in {} ms", model, (System.nanoTime() - start) / 1_000_000);
  }

  private static void delete(ExchangeDirectory exchange) {
    try {
      exchange.delete();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOGGER.trace("the virtual machine is ending and runs the hook itself", e);
    }
  }
}
