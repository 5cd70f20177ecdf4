package io.halftone.cli.jlama;

import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.npy.NpyArray;
import io.halftone.io.npy.NpyFile;
import io.halftone.io.npy.NpzFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The files through which parent and child exchange tokens and logits.
 *
 * @param folder that holds them
 */
record JlamaFiles(Path folder) {
  void writeSequences(List<int[]> sequences) throws IOException {
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    for (int[] row : sequences) {
      arrays.put(Integer.toString(arrays.size()), NpyArray.ofInts(row, row.length));
    }
    NpzFile.write(folder.resolve("sequences.npz"), arrays);
  }

  List<int[]> sequences() throws IOException {
    Map<String, NpyArray> arrays = NpzFile.read(folder.resolve("sequences.npz"));
    List<int[]> rows = new ArrayList<>();
    for (int i = 0; i < arrays.size(); i++) {
      long[] tokens = arrays.get(Integer.toString(i)).toLongs();
      rows.add(Arrays.stream(tokens).mapToInt(Math::toIntExact).toArray());
    }
    return rows;
  }

  void writeLogits(int sequence, FloatMatrix logits) throws IOException {
    NpyFile.write(folder.resolve("logits-" + sequence + ".npy"), logits);
  }

  FloatMatrix logits(int sequence) throws IOException {
    return NpyFile.read(folder.resolve("logits-" + sequence + ".npy"));
  }
}
