package io.halftone.bridges.llamacpp;

import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.child.ExchangeFolder;
import io.halftone.io.child.JavaChild;
import io.halftone.io.npy.NpyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs a GGUF file with llama.cpp in a child process, so that its aborts are exceptions here.
 *
 * <p>llama.cpp rounds the inputs of quantized linears to 8 bits, those of F16 ones to F16; keys and
 * values are cached as float32.
 *
 * @param model a GGUF file
 * @param threads llama.cpp computes with, at least 1
 * @param timeout after which the child is killed, positive
 */
public record LlamaRuntime(Path model, int threads, Duration timeout) {
  /** Validates the ranges. */
  public LlamaRuntime {
    if (threads < 1 || timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException(
          "threads is " + threads + ", timeout " + timeout + ", both must be positive");
    }
  }

  /** On one thread, for at most ten minutes. */
  public static LlamaRuntime of(Path model) {
    return new LlamaRuntime(model, 1, Duration.ofMinutes(10));
  }

  /** Takes the logits of one sequence. */
  @FunctionalInterface
  public interface LogitsConsumer {
    /**
     * Takes them.
     *
     * @param sequence its index
     * @param logits [tokens, vocabulary]: row t predicts token t + 1
     */
    void accept(int sequence, FloatMatrix logits) throws IOException;
  }

  /**
   * The logits behind every token.
   *
   * @param sequences each read from position 0 on its own; at least one token each
   * @throws IOException if llama.cpp refuses the file or the tokens, crashes or is too slow; the
   *     message has its last lines
   */
  public void logits(List<int[]> sequences, LogitsConsumer consumer) throws IOException {
    exchange(
        sequences,
        0,
        files -> {
          for (int i = 0; i < sequences.size(); i++) {
            consumer.accept(i, NpyFile.read(files.logits(i)));
          }
        });
  }

  /**
   * The most likely tokens behind each prompt, one after the other.
   *
   * @param prompts at least one token each
   * @param count tokens to add to each, at least 1
   * @return the added tokens
   * @throws IOException as {@link #logits}
   */
  public List<int[]> continuations(List<int[]> prompts, int count) throws IOException {
    if (count < 1) {
      throw new IllegalArgumentException("count is " + count + ", must be at least 1");
    }
    List<int[]> added = new ArrayList<>();
    exchange(prompts, count, files -> added.addAll(files.continuations()));
    return added;
  }

  @FunctionalInterface
  private interface Reader {
    void read(TokenFiles files) throws IOException;
  }

  private void exchange(List<int[]> sequences, int count, Reader reader) throws IOException {
    if (!Files.isReadable(model)) {
      throw new IOException(model + " cannot be read");
    }
    try (ExchangeFolder folder = ExchangeFolder.create("halftone-llama")) {
      TokenFiles files = new TokenFiles(folder.path());
      files.writeSequences(sequences);
      new JavaChild(
              model.toString(),
              LlamaMain.class,
              List.of(
                  folder.path().toString(),
                  model.toAbsolutePath().toString(),
                  Integer.toString(threads),
                  Integer.toString(count)),
              Map.of(),
              folder.path(),
              timeout)
          .run();
      reader.read(files);
    }
  }
}
