package io.halftone.cli;

import io.halftone.calibration.decoder.TokenSequences;
import io.halftone.io.npy.NpyArray;
import io.halftone.io.npy.NpyFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** How much each token counts in what a language model's layers are calibrated on. */
final class TokenWeightOption {
  static final String NAME = "--token-weights";
  private static final Pattern BY_TOKEN = Pattern.compile("(\\d{1,9})=([0-9.eE+-]{1,40})");

  @Option(
      names = NAME,
      paramLabel = "ID=W,...|NPY",
      description =
          "Language models: how much tokens count in the calibration: 1=0,2=0 leaves out tokens 1 and 2, as a start token; or a .npy of a weight per token (default: 1 each).")
  private String given;

  /** The file with the weights, if there is one. */
  Optional<Path> file() {
    return given == null || BY_TOKEN.matcher(given.split(",", -1)[0]).matches()
        ? Optional.empty()
        : Optional.of(Path.of(given));
  }

  boolean isGiven() {
    return given != null;
  }

  /**
   * Calibration tokens with the weights that were asked for.
   *
   * @throws InputException if there are none for a token, or a weight is not allowed
   */
  TokenSequences weigh(TokenSequences tokens) {
    if (given == null) {
      return tokens;
    }
    try {
      return tokens.weighted(
          file().isPresent() ? split(file().get(), tokens) : lookedUp(byToken(), tokens));
    } catch (IllegalArgumentException e) {
      throw new InputException(NAME + " " + given + ": " + e.getMessage(), e);
    }
  }

  private Map<Integer, Float> byToken() {
    Map<Integer, Float> weights = new LinkedHashMap<>();
    for (String pair : given.split(",", -1)) {
      Matcher matcher = BY_TOKEN.matcher(pair);
      if (!matcher.matches()) {
        throw new IllegalArgumentException("'" + pair + "' is not of the form ID=WEIGHT");
      }
      weights.put(Integer.parseInt(matcher.group(1)), Float.parseFloat(matcher.group(2)));
    }
    return weights;
  }

  /** A weight of a token that does not occur is more likely a wrong number than meant. */
  private static List<float[]> lookedUp(Map<Integer, Float> byToken, TokenSequences tokens) {
    for (int token : byToken.keySet()) {
      if (tokens.sequences().stream().flatMapToInt(Arrays::stream).noneMatch(t -> t == token)) {
        throw new IllegalArgumentException("token " + token + " does not occur in the calibration");
      }
    }
    List<float[]> weights = new ArrayList<>();
    for (int[] sequence : tokens.sequences()) {
      float[] mine = new float[sequence.length];
      for (int t = 0; t < mine.length; t++) {
        mine[t] = byToken.getOrDefault(sequence[t], 1f);
      }
      weights.add(mine);
    }
    return weights;
  }

  private static List<float[]> split(Path file, TokenSequences tokens) {
    NpyArray array = InputException.reading("the token weights", () -> NpyFile.readArray(file));
    float[] all = array.toFloats();
    if (all.length != tokens.tokens()) {
      throw new IllegalArgumentException(
          "it holds "
              + all.length
              + " weights, the calibration has "
              + tokens.tokens()
              + " tokens");
    }
    List<float[]> weights = new ArrayList<>();
    int from = 0;
    for (int[] sequence : tokens.sequences()) {
      weights.add(Arrays.copyOfRange(all, from, from + sequence.length));
      from += sequence.length;
    }
    return weights;
  }
}
