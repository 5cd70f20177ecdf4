package io.halftone.cli;

import io.halftone.bridges.llamacpp.Agreement;
import io.halftone.calibration.decoder.ConfigJson;
import io.halftone.calibration.decoder.FloatDecoder;
import io.halftone.calibration.decoder.TokenSequences;
import io.halftone.cli.jlama.JlamaRuntime;
import io.halftone.core.kernel.Compute;
import io.halftone.core.model.DecoderConfig;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.convert.BlockPlan;
import io.halftone.io.convert.Checkpoint;
import io.halftone.io.convert.ModelRuntimes;
import io.halftone.io.convert.SourceTensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A checkpoint of jlama-q4 in Jlama against Halftone's float decoder on the decoded weights.
 *
 * @param directory to verify
 * @param inputs token ids
 * @param maxDivergence mean KL divergence that still is agreement, or empty for 1e-4
 * @param runtime that runs it
 */
record JlamaVerification(
    Path directory, TokenInputs inputs, Optional<Double> maxDivergence, JlamaRuntime runtime) {
  private static final String NAME = "jlama";
  private static final double LIMIT = 1e-4;

  boolean run(Output output) throws IOException {
    try (Checkpoint checkpoint =
        InputException.reading("the checkpoint", () -> Checkpoint.open(directory))) {
      ModelRuntimes.named(NAME)
          .refusal(checkpoint.config())
          .ifPresent(
              refusal -> {
                throw new InputException(refusal + "; 'halftone convert' writes it");
              });
      DecoderConfig config = ConfigJson.parse(checkpoint.modelConfig().toString());
      FloatDecoder decoder =
          FloatDecoder.of(config, SourceTensors.of(checkpoint, BlockPlan.narrowest(checkpoint)));
      List<int[]> sequences = inputs.sequences(config);
      List<FloatMatrix> theirs = runtime.logits(directory, sequences);
      Agreement agreement = agreement(decoder, sequences, theirs);
      double bound = maxDivergence.orElse(LIMIT);
      Facts facts =
          new Facts(
              directory.toString(),
              NAME,
              agreement.positions(),
              agreement.topShare(),
              agreement.meanDivergence(),
              agreement.maxDivergence(),
              bound,
              agreement.meanDivergence() <= bound);
      output.print(facts, () -> print(output, agreement, facts));
      return facts.agrees;
    }
  }

  private static Agreement agreement(
      FloatDecoder decoder, List<int[]> sequences, List<FloatMatrix> theirs) throws IOException {
    Agreement agreement = Agreement.NONE;
    for (int i = 0; i < sequences.size(); i++) {
      agreement = agreement.and(logits(decoder, sequences.get(i)), theirs.get(i));
    }
    return agreement;
  }

  private static FloatMatrix logits(FloatDecoder decoder, int[] tokens) throws IOException {
    Compute compute = Compute.defaults();
    FloatMatrix x = decoder.embed(new TokenSequences(List.of(tokens)));
    for (int b = 0; b < decoder.config().blocks(); b++) {
      decoder.block(b).advance(x, new int[] {tokens.length}, compute);
    }
    return decoder.head().logits(x, compute);
  }

  private static void print(Output output, Agreement agreement, Facts facts) {
    AgreementLines.figures(output, agreement);
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
      double allowedDivergence,
      boolean agrees) {}
}
