package io.halftone.cli;

import io.halftone.bridges.llamacpp.Agreement;
import io.halftone.bridges.llamacpp.GgmlEmulation;
import io.halftone.bridges.llamacpp.LlamaRuntime;
import io.halftone.core.kernel.Compute;
import io.halftone.core.model.DecoderConfig;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.gguf.model.GgufModel;
import io.halftone.io.npy.NpyArray;
import io.halftone.io.npy.NpyFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A GGUF file in llama.cpp against Halftone's reading of it.
 *
 * @param file to verify
 * @param inputs token ids, or empty for seeded ones
 * @param seed of those
 * @param maxDivergence mean KL divergence that still is agreement, or empty for what rounding
 *     explains
 * @param timeout of llama.cpp
 */
record GgufVerification(
    Path file, Optional<Path> inputs, long seed, Optional<Double> maxDivergence, Duration timeout) {
  private static final int SEQUENCES = 4;
  private static final int LENGTH = 128;
  private static final double LEAST = 1e-4;

  boolean run(Output output) throws IOException {
    try (GgufModel model = InputException.reading("the model", () -> GgufModel.open(file))) {
      List<int[]> sequences = sequences(model.config());
      GgmlEmulation emulation = new GgmlEmulation(model, Compute.defaults());
      Agreement[] runtime = {Agreement.NONE};
      Agreement[] rounding = {Agreement.NONE};
      new LlamaRuntime(file, 1, timeout)
          .logits(
              sequences,
              (i, logits) -> {
                FloatMatrix own = emulation.logits(sequences.get(i));
                FloatMatrix unrounded = emulation.unroundedLogits(sequences.get(i));
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
              agrees);
      output.print(facts, () -> print(output, facts));
      return agrees;
    }
  }

  private List<int[]> sequences(DecoderConfig config) {
    return inputs.isPresent() ? given(inputs.get()) : seeded(config);
  }

  private static List<int[]> given(Path path) {
    NpyArray array = InputException.reading("the token ids", () -> NpyFile.readArray(path));
    if (array.shape().length != 2 || array.size() == 0) {
      throw new InputException(
          path + " has shape " + Arrays.toString(array.shape()) + ", must be [sequences, length]");
    }
    int length = array.shape()[1];
    long[] ids = array.toLongs();
    List<int[]> sequences = new ArrayList<>();
    for (int from = 0; from < ids.length; from += length) {
      sequences.add(Arrays.stream(ids, from, from + length).mapToInt(Math::toIntExact).toArray());
    }
    return sequences;
  }

  private List<int[]> seeded(DecoderConfig config) {
    SplittableRandom random = new SplittableRandom(seed);
    List<int[]> sequences = new ArrayList<>();
    for (int s = 0; s < SEQUENCES; s++) {
      sequences.add(
          random.ints(Math.min(LENGTH, config.contextLength()), 0, config.vocabulary()).toArray());
    }
    return sequences;
  }

  private static void print(Output output, Facts facts) {
    output.line(
        "%d positions: most likely token the same at %.2f %%, mean KL divergence %.3e, largest %.3e",
        facts.positions, 100 * facts.topShare, facts.meanDivergence, facts.maxDivergence);
    output.line(
        "rounding of inputs alone moves the distributions by %.3e", facts.roundingDivergence);
    output.line(
        "%s in %s %s Halftone's reading (at most %.3e)",
        facts.file,
        facts.runtime,
        facts.agrees ? "agrees with" : "DISAGREES with",
        facts.allowedDivergence);
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
      boolean agrees) {}
}
