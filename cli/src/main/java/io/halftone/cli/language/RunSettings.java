package io.halftone.cli.language;

import io.halftone.calibration.Pipeline;
import io.halftone.calibration.decoder.Propagation;
import io.halftone.calibration.decoder.TokenSequences;
import io.halftone.io.recipe.RecipeJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Everything that decides the bytes of a result.
 *
 * @param pipeline recipe, arithmetic, seed, fallback and choice of layers
 * @param propagation what layers are calibrated on
 * @param calibration tokens
 * @param format of the written layers
 * @param version of the program
 */
public record RunSettings(
    Pipeline pipeline,
    Propagation propagation,
    TokenSequences calibration,
    RunFormat format,
    String version) {

  /** Hash of the calibration's tokens, and of their weights where these are not all 1. */
  String tokenHash() {
    Fingerprint fingerprint = new Fingerprint();
    calibration.sequences().forEach(fingerprint::add);
    if (!calibration.countAlike()) {
      calibration.weights().forEach(weights -> fingerprint.add(bits(weights)));
    }
    return fingerprint.hex();
  }

  private static int[] bits(float[] values) {
    return IntStream.range(0, values.length).map(i -> Float.floatToIntBits(values[i])).toArray();
  }

  /** Hash of each file of a model's weights. */
  static List<String> weightHashes(LanguageModel model) throws IOException {
    List<String> hashes = new ArrayList<>();
    for (Path file : model.weights()) {
      hashes.add(Fingerprint.of(file));
    }
    return hashes;
  }

  /**
   * Hash of all inputs of a run: equal hashes give equal bytes.
   *
   * @param weightHashes of the model's files
   */
  String hash(LanguageModel model, List<String> weightHashes) {
    Fingerprint all =
        new Fingerprint()
            .add(version)
            .add(model.json().toString())
            .add(RecipeJson.write(pipeline.recipe()))
            .add(propagation.name())
            .add(format.id())
            .add(pipeline.fallback().name())
            .add(pipeline.layers().toString())
            .add(Long.toString(pipeline.compute().seed()))
            .add(pipeline.compute().algebra().name())
            .add(tokenHash());
    weightHashes.forEach(all::add);
    return all.hex();
  }
}
