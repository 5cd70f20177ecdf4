package io.halftone.bridges.llamacpp;

import io.halftone.calibration.decoder.CausalModel;
import io.halftone.calibration.decoder.TokenSequences;
import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.gguf.model.GgufModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What Halftone makes of models in memory and in files. */
final class ExportedModel {
  private ExportedModel() {}

  /** How far llama.cpp's distributions are from the emulation's. */
  static Agreement agreement(GgufModel model, Path file, List<int[]> sequences) throws IOException {
    GgmlEmulation emulation = new GgmlEmulation(model, Compute.defaults());
    Agreement[] agreement = {Agreement.NONE};
    LlamaRuntime.of(file)
        .logits(
            sequences,
            (i, logits) ->
                agreement[0] = agreement[0].and(emulation.logits(sequences.get(i)), logits));
    return agreement[0];
  }

  /** Greedy continuations by the float decoder, which reads everything again for every token. */
  static List<int[]> continuations(CausalModel model, List<int[]> prompts, int count)
      throws IOException {
    List<int[]> added = new ArrayList<>();
    for (int[] prompt : prompts) {
      int[] tokens = Arrays.copyOf(prompt, prompt.length + count);
      for (int at = prompt.length; at < tokens.length; at++) {
        tokens[at] = next(model, Arrays.copyOf(tokens, at));
      }
      added.add(Arrays.copyOfRange(tokens, prompt.length, tokens.length));
    }
    return added;
  }

  private static int next(CausalModel model, int[] tokens) throws IOException {
    Compute compute = Compute.defaults();
    FloatMatrix x = model.embed(new TokenSequences(List.of(tokens)));
    for (int b = 0; b < model.config().blocks(); b++) {
      model.block(b).advance(x, new int[] {tokens.length}, compute);
    }
    FloatMatrix logits = model.head().logits(x.rows(tokens.length - 1, tokens.length), compute);
    int top = 0;
    for (int v = 1; v < logits.cols(); v++) {
      top = logits.get(0, v) > logits.get(0, top) ? v : top;
    }
    return top;
  }
}
