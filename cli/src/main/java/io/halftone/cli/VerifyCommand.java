package io.halftone.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Runs a file in the runtime it is for, and says whether that agrees with Halftone's reading; or
 * compares a checkpoint with its manifest.
 */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a file in the real runtime, in a child process, and compares.",
      "A GGUF file runs in llama.cpp and is compared with Halftone's own reading of it;",
      "an ONNX file runs in ONNX Runtime and is compared with the model given by --against;",
      "a checkpoint with a halftone-manifest.json is compared with that, tensor by tensor, and",
      "with a new run if --model and --calibration are given; one of jlama-q4 runs in",
      "Jlama with --with jlama."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:they agree",
      "2:wrong usage or input",
      "1:they disagree, the runtime refuses the file, or anything else"
    })
final class VerifyCommand implements Callable<Integer> {
  @Mixin private Output output;
  @Mixin private InputOptions inputOptions;
  @Mixin private JlamaOptions jlamaOptions;
  @Mixin private TokenWeightOption tokenWeights;

  @Parameters(
      index = "0",
      paramLabel = "FILE",
      description = "A GGUF file, an ONNX model, a checkpoint or its manifest.")
  private Path file;

  @Option(
      names = "--with",
      paramLabel = "RUNTIME",
      description = "llama.cpp, onnxruntime or jlama (default: the one that reads the file).")
  private Optional<String> runtime = Optional.empty();

  @Option(
      names = "--inputs",
      paramLabel = "FILE",
      description = {
        "What to run: for GGUF and jlama an .npy of token ids [sequences, length] (default: seeded ones);",
        "for ONNX text with one passage per line, or model inputs as .npz/.npy."
      })
  private Optional<Path> inputs = Optional.empty();

  @Option(
      names = "--against",
      paramLabel = "MODEL",
      description = "The ONNX model whose outputs an ONNX file must have.")
  private Optional<Path> against = Optional.empty();

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "The float model a checkpoint was made of.")
  private Optional<Path> model = Optional.empty();

  @Option(
      names = "--calibration",
      paramLabel = "TEXT|NPY",
      description = "What a checkpoint was calibrated on.")
  private Optional<Path> calibration = Optional.empty();

  @Option(
      names = "--max-divergence",
      paramLabel = "NATS",
      description = {
        "For GGUF and jlama: mean KL divergence that still is agreement (default: 1e-4,",
        "for GGUF twice that of llama.cpp's rounding of inputs if it is more)."
      })
  private Optional<Double> maxDivergence = Optional.empty();

  @Option(
      names = "--max-error",
      paramLabel = "E",
      defaultValue = "0.01",
      description =
          "For ONNX: relative error of an output, ||a - b||^2 / ||a||^2, that still is agreement (default: ${DEFAULT-VALUE}).")
  private double maxError;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Of the token ids (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "600",
      description = "After which the runtime is stopped (default: ${DEFAULT-VALUE}).")
  private int timeout;

  @Override
  public Integer call() throws IOException {
    if (timeout < 1) {
      throw new InputException("--timeout is " + timeout + ", must be at least 1");
    }
    VerifiedKind kind = VerifiedKind.of(file);
    requireRuntime(kind);
    boolean agrees =
        switch (kind) {
          case GGUF -> new GgufVerification(file, tokens(), maxDivergence, patience()).run(output);
          case ONNX -> verifyOnnx();
          case CHECKPOINT ->
              isForJlama()
                  ? new JlamaVerification(
                          file, tokens(), maxDivergence, jlamaOptions.runtime(patience()))
                      .run(output)
                  : new CheckpointVerification(file, model, calibration, tokenWeights).run(output);
        };
    return agrees ? 0 : 1;
  }

  private TokenInputs tokens() {
    return new TokenInputs(inputs, seed);
  }

  private Duration patience() {
    return Duration.ofSeconds(timeout);
  }

  private boolean isForJlama() {
    return runtime.equals(Optional.of("jlama"));
  }

  private void requireRuntime(VerifiedKind kind) {
    if (isForJlama() && kind != VerifiedKind.CHECKPOINT) {
      throw new InputException(
          "jlama runs checkpoints of jlama-q4, which 'halftone convert' writes; "
              + file
              + " is run by "
              + kind.runtime());
    }
    if (runtime.isPresent() && !isForJlama() && !runtime.get().equals(kind.runtime())) {
      throw new InputException(file + " is run by " + kind.runtime() + ", not by " + runtime.get());
    }
  }

  private boolean verifyOnnx() throws IOException {
    Path reference =
        against.orElseThrow(
            () -> new InputException("an ONNX model needs another to agree with: give --against"));
    Path given =
        inputs.orElseThrow(
            () -> new InputException("an ONNX model needs something to run: give --inputs"));
    return new OnnxVerification(file, reference, given, inputOptions, maxError, patience())
        .run(output);
  }
}
