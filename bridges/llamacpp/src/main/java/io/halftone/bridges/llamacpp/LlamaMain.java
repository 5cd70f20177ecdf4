package io.halftone.bridges.llamacpp;

import io.halftone.core.tensor.FloatMatrix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What {@link LlamaRuntime} starts: reads tokens, writes logits or the tokens that follow. */
final class LlamaMain {
  private LlamaMain() {}

  /**
   * Runs to the end or throws, which ends the process with a stack trace and exit code 1.
   *
   * @param args directory of the tokens, model file, threads, tokens to add or 0 for logits
   */
  public static void main(String[] args) throws IOException {
    TokenFiles files = new TokenFiles(Path.of(args[0]));
    int count = Integer.parseInt(args[3]);
    List<int[]> sequences = files.sequences();
    int longest = sequences.stream().mapToInt(tokens -> tokens.length).max().orElse(0) + count;
    try (LlamaModel model = LlamaModel.load(Path.of(args[1]), longest, Integer.parseInt(args[2]))) {
      if (count == 0) {
        for (int i = 0; i < sequences.size(); i++) {
          files.writeLogits(i, logits(model, sequences.get(i)));
        }
      } else {
        List<int[]> continuations = new ArrayList<>();
        for (int[] prompt : sequences) {
          continuations.add(continuation(model, prompt, count));
        }
        files.writeContinuations(continuations);
      }
    }
  }

  private static FloatMatrix logits(LlamaModel model, int[] tokens) throws IOException {
    model.restart();
    model.read(tokens);
    FloatMatrix logits = FloatMatrix.zeros(tokens.length, model.vocabulary());
    for (int t = 0; t < tokens.length; t++) {
      System.arraycopy(model.logits(t), 0, logits.data(), logits.offset(t), model.vocabulary());
    }
    return logits;
  }

  private static int[] continuation(LlamaModel model, int[] prompt, int count) throws IOException {
    model.restart();
    model.read(prompt);
    int[] added = new int[count];
    int last = prompt.length - 1;
    for (int i = 0; i < count; i++) {
      added[i] = top(model.logits(last));
      if (i + 1 < count) {
        model.read(added[i]);
        last = 0;
      }
    }
    return added;
  }

  private static int top(float[] logits) {
    int top = 0;
    for (int v = 1; v < logits.length; v++) {
      top = logits[v] > logits[top] ? v : top;
    }
    return top;
  }
}
