package io.halftone.cli.language;

import io.halftone.calibration.decoder.TokenSequences;
import io.halftone.io.npy.NpyArray;
import io.halftone.io.npy.NpyFile;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Reads token sequences: an array of ids, or text for the model's tokenizer. */
public final class TokenFiles {
  private TokenFiles() {}

  /**
   * Reads a file: {@code .npy} holds integers [sequences, length]; anything else is UTF-8 text
   * whose passages are separated by blank lines.
   *
   * @param longest tokens of a sequence; texts are split, longer rows of an array are refused
   * @throws IllegalArgumentException if there is no token, a row is too long or ids are no integers
   * @throws IOException if the file cannot be read or the model has no tokenizer for text
   */
  public static TokenSequences read(Path file, LanguageModel model, int longest)
      throws IOException {
    boolean array = file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".npy");
    List<int[]> sequences =
        array ? rows(file, longest) : model.tokenizer().sequences(passages(file), longest);
    if (sequences.isEmpty()) {
      throw new IllegalArgumentException(file + " holds no token");
    }
    return new TokenSequences(sequences);
  }

  private static List<String> passages(Path file) throws IOException {
    try {
      String text = Files.readString(file).replace("\r\n", "\n");
      return Arrays.stream(text.split("\n[ \t]*\n\\s*", -1))
          .map(String::strip)
          .filter(passage -> !passage.isEmpty())
          .toList();
    } catch (MalformedInputException e) {
      throw new IOException(file + " is not UTF-8 text", e);
    }
  }

  private static List<int[]> rows(Path file, int longest) throws IOException {
    NpyArray array = NpyFile.readArray(file);
    if (array.shape().length != 2 || array.shape()[1] < 1) {
      throw new IllegalArgumentException(
          file + " has shape " + Arrays.toString(array.shape()) + ", must be [sequences, length]");
    }
    int length = array.shape()[1];
    if (length > longest) {
      throw new IllegalArgumentException(
          file + " has sequences of " + length + " tokens, the model reads " + longest);
    }
    long[] ids = array.toLongs();
    List<int[]> rows = new ArrayList<>();
    for (int from = 0; from < ids.length; from += length) {
      rows.add(Arrays.stream(ids, from, from + length).mapToInt(Math::toIntExact).toArray());
    }
    return rows;
  }
}
