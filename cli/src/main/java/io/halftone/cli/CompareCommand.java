package io.halftone.cli;

import io.halftone.bridges.onnxruntime.ChildRuntime;
import io.halftone.bridges.onnxruntime.ModelInputs;
import io.halftone.bridges.onnxruntime.OutputComparison;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs two models on the same inputs and says how far apart their outputs are. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description =
        "Runs two ONNX models on the same inputs, each in a child process, and compares their outputs.")
final class CompareCommand implements Callable<Integer> {
  @Mixin private Output output;
  @Mixin private InputOptions inputOptions;

  @Parameters(index = "0", paramLabel = "A", description = "The reference model.")
  private Path reference;

  @Parameters(index = "1", paramLabel = "B", description = "The model compared with it.")
  private Path other;

  @Option(
      names = "--inputs",
      paramLabel = "TEXT|NPZ",
      required = true,
      description = "Text with one passage per line, or model inputs as .npz/.npy.")
  private Path inputsFile;

  @Override
  public Integer call() throws IOException {
    OnnxFiles.require(reference);
    OnnxFiles.require(other);
    try (ModelInputs inputs = inputOptions.open(inputsFile, reference)) {
      List<OutputComparison> outputs =
          OutputComparison.of(ChildRuntime.of(reference), ChildRuntime.of(other), inputs);
      Comparison facts =
          new Comparison(reference.toString(), other.toString(), inputs.tokens(), outputs);
      output.print(facts, () -> printTable(facts));
    }
    return 0;
  }

  private void printTable(Comparison facts) {
    output.line(
        "%-32s %14s %12s %14s", "output", "relative error", "mean cosine", "max difference");
    for (OutputComparison compared : facts.outputs) {
      output.line(
          "%-32s %14.3e %12.6f %14.3e",
          compared.output(),
          compared.relativeError(),
          compared.meanCosine(),
          compared.maxAbsDifference());
    }
    output.line("over %d tokens; relative error is ||a - b||^2 / ||a||^2", facts.tokens);
  }

  private record Comparison(String a, String b, long tokens, List<OutputComparison> outputs) {}
}
