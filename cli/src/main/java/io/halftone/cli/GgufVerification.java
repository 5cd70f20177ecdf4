package io.halftone.cli;

import io.halftone.bridges.llamacpp.Agreement;
import io.halftone.bridges.llamacpp.Emulation;
import io.halftone.bridges.llamacpp.GgmlEmulation;
import io.halftone.bridges.llamacpp.LlamaRuntime;
import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.gguf.model.GgufModel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A GGUF file in llama.cpp against Halftone's reading of it, in llama.cpp's order of sums where
 * that is known.
 *
 * @param file to verify
 * @param inputs token ids
 * @param maxDivergence mean KL divergence that still is agreement, or empty for what rounding
 *     explains
 * @param timeout of llama.cpp
 */
record GgufVerification(
    Path file, TokenInputs inputs, Optional<Double> maxDivergence, Duration timeout) {
  private static final double LEAST = 1e-4;

  boolean run(Output output) throws IOException {
    try (GgufModel model = InputException.reading("the model", () -> GgufModel.open(file))) {
      List<int[]> sequences = inputs.sequences(model.config());
      Emulation.Nearest nearest =
          Emulation.nearest(
              model,
              sequences.stream().mapToInt(tokens -> tokens.length).min().orElse(0),
              Compute.defaults());
      GgmlEmulation floats = new GgmlEmulation(model, Compute.defaults());
      Agreement[] runtime = {Agreement.NONE};
      Agreement[] rounding = {Agreement.NONE};
      new LlamaRuntime(file, 1, timeout)
          .logits(
              sequences,
              (i, logits) -> {
                FloatMatrix own = nearest.emulation().logits(sequences.get(i));
                FloatMatrix unrounded = floats.unroundedLogits(sequences.get(i));
                runtime[0] = runtime[0].and(own, logits);
                rounding[0] = rounding[0].and(unrounded, own);
              });
      double bound = maxDivergence.orElse(Math.max(LEAST, 2 * rounding[0].meanDivergence()));
      boolean agrees = runtime[0].meanDivergence() <= bound;
      Facts facts =
          new Facts(
              file.toString(),
              VerifiedKind.GGUF.runtime(),
              runtime[0].positions(),
              runtime[0].topShare(),
              runtime[0].meanDivergence(),
              runtime[0].maxDivergence(),
              rounding[0].meanDivergence(),
              bound,
              nearest.obstacle().orElse(""),
              agrees);
      output.print(facts, () -> print(output, runtime[0], facts));
      return agrees;
    }
  }

  private static void print(Output output, Agreement agreement, Facts facts) {
    AgreementLines.figures(output, agreement);
    output.line(
        facts.otherOrder.isEmpty()
            ? "sums run in llama.cpp's order"
            : "sums run in another order than llama.cpp's: " + facts.otherOrder);
    output.line(
        "rounding of inputs alone moves the distributions by %.3e", facts.roundingDivergence);
    AgreementLines.verdict(
        output, facts.file, facts.runtime, facts.agrees, facts.allowedDivergence);
  }

  private record Facts(
      String file,
      String runtime,
      long positions,
      double topShare,
      double meanDivergence,
      double maxDivergence,
      double roundingDivergence,
      double allowedDivergence,
      String otherOrder,
      boolean agrees) {}
}
