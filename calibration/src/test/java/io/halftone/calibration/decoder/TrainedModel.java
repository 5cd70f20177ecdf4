package io.halftone.calibration.decoder;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.safetensors.SafetensorsFile;
import io.halftone.testkit.TinyLlama;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** The testkit's trained model, opened. */
final class TrainedModel {
  private TrainedModel() {}

  static FloatDecoder open(Path directory) throws IOException {
    TinyLlama.copyTo(directory);
    return FloatDecoder.of(
        ConfigJson.parse(new String(TinyLlama.bytes(TinyLlama.CONFIG), StandardCharsets.UTF_8)),
        SafetensorsFile.open(directory.resolve(TinyLlama.WEIGHTS)));
  }

  static TokenSequences tokens(int from, int to) throws IOException {
    return new TokenSequences(Arrays.asList(TinyLlama.tokens()).subList(from, to));
  }

  /** What a model gives for all tokens of some sequences. */
  static FloatMatrix logits(CausalModel model, TokenSequences tokens) throws IOException {
    ResidualStream stream = ResidualStream.of(model, tokens);
    for (int b = 0; b < model.config().blocks(); b++) {
      stream.advance(model.block(b), Compute.defaults());
    }
    return model.head().logits(stream.state(0), Compute.defaults());
  }
}
