package io.halftone.cli;

import io.halftone.core.model.DecoderConfig;
import io.halftone.io.npy.NpyArray;
import io.halftone.io.npy.NpyFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * The sequences that a model is verified on.
 *
 * @param file token ids [sequences, length], or empty for seeded ones
 * @param seed of those
 */
record TokenInputs(Optional<Path> file, long seed) {
  private static final int SEQUENCES = 4;
  private static final int LENGTH = 128;

  List<int[]> sequences(DecoderConfig config) {
    return file.isPresent() ? given(file.get()) : seeded(config);
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
}
