package io.halftone.calibration.decoder;

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
}
