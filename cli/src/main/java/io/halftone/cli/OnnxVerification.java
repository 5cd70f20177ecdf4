package io.halftone.cli;

import io.halftone.bridges.onnxruntime.ChildRuntime;
import io.halftone.bridges.onnxruntime.ModelInputs;
import io.halftone.bridges.onnxruntime.OutputComparison;
import io.halftone.bridges.onnxruntime.RunMode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * An ONNX file in ONNX Runtime against another.
 *
 * @param file to verify
 * @param against whose outputs it must have
 * @param inputs of both
 * @param options how inputs are read
 * @param maxError ‖a − b‖² / ‖a‖² that still is agreement
 * @param timeout of each run
 */
record OnnxVerification(
    Path file, Path against, Path inputs, InputOptions options, double maxError, Duration timeout) {
  boolean run(Output output) throws IOException {
    OnnxFiles.require(file);
    OnnxFiles.require(against);
    try (ModelInputs opened = options.open(inputs, file)) {
      List<OutputComparison> outputs = OutputComparison.of(child(against), child(file), opened);
      boolean agrees = outputs.stream().allMatch(compared -> compared.relativeError() <= maxError);
      Facts facts =
          new Facts(
              file.toString(),
              VerifiedKind.ONNX.runtime(),
              against.toString(),
              maxError,
              outputs,
              agrees);
      output.print(facts, () -> print(output, facts));
      return agrees;
    }
  }

  private ChildRuntime child(Path model) {
    return new ChildRuntime(model, RunMode.OPTIMISED, 1, timeout);
  }

  private static void print(Output output, Facts facts) {
    for (OutputComparison compared : facts.outputs) {
      output.line(
          "%-32s relative error %.3e, mean cosine %.6f",
          compared.output(), compared.relativeError(), compared.meanCosine());
    }
    output.line(
        "%s in %s %s %s (at most %.3e)",
        facts.file,
        facts.runtime,
        facts.agrees ? "agrees with" : "DISAGREES with",
        facts.against,
        facts.maxError);
  }

  private record Facts(
      String file,
      String runtime,
      String against,
      double maxError,
      List<OutputComparison> outputs,
      boolean agrees) {}
}
