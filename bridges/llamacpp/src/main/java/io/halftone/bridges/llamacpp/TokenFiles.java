package io.halftone.bridges.llamacpp;

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
record TokenFiles(Path folder) {
  void writeSequences(List<int[]> sequences) throws IOException {
    write("sequences.npz", sequences);
  }

  List<int[]> sequences() throws IOException {
    return read("sequences.npz");
  }

  void writeContinuations(List<int[]> continuations) throws IOException {
    write("continuations.npz", continuations);
  }

  List<int[]> continuations() throws IOException {
    return read("continuations.npz");
  }

  void writeLogits(int sequence, FloatMatrix logits) throws IOException {
    NpyFile.write(logits(sequence), logits);
  }

  Path logits(int sequence) {
    return folder.resolve("logits-" + sequence + ".npy");
  }

  private void write(String name, List<int[]> rows) throws IOException {
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    for (int[] row : rows) {
      arrays.put(Integer.toString(arrays.size()), NpyArray.ofInts(row, row.length));
    }
    NpzFile.write(folder.resolve(name), arrays);
  }

  private List<int[]> read(String name) throws IOException {
    Map<String, NpyArray> arrays = NpzFile.read(folder.resolve(name));
    List<int[]> rows = new ArrayList<>();
    for (int i = 0; i < arrays.size(); i++) {
      long[] tokens = arrays.get(Integer.toString(i)).toLongs();
      rows.add(Arrays.stream(tokens).mapToInt(Math::toIntExact).toArray());
    }
    return rows;
  }
}
