package io.halftone.cli.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * What one recipe made of the whole model under one scheme. NaN in any measured value means "not
 * measured", as for a published model whose layers are not ours to compare.
 *
 * @param recipe name of the recipe
 * @param scheme name of the scheme, for example {@code W4A16_G32}
 * @param meanRelativeOutputError mean of the layers' relative output errors, skipped layers left
 *     out
 * @param meanSqnrDb mean of the layers' SQNR, skipped layers left out
 * @param meanCosine mean cosine between the model's output and that of the float model, in [-1, 1]
 * @param bitsPerWeight stored bits, everything counted, per weight of the linears
 * @param fileBytes size of the written model with its external data
 * @param seconds wall-clock time of the run
 * @param sha256 hexadecimal SHA-256 of the written model; empty when none was written
 * @param outcomes number of layers by the label of their outcome; kept in the given order
 * @param layers results by layer, in the model's order; may be empty
 */
public record RunResult(
    String recipe,
    String scheme,
    double meanRelativeOutputError,
    double meanSqnrDb,
    double meanCosine,
    double bitsPerWeight,
    long fileBytes,
    double seconds,
    String sha256,
    Map<String, Integer> outcomes,
    List<LayerResult> layers) {

  /** Checks names and ranges and copies the collections. */
  public RunResult {
    Require.text("recipe", recipe);
    Require.text("scheme", scheme);
    Require.atLeast("meanRelativeOutputError", meanRelativeOutputError, 0);
    Require.atLeast("bitsPerWeight", bitsPerWeight, 0);
    Require.atLeast("fileBytes", fileBytes, 0);
    Require.atLeast("seconds", seconds, 0);
    if (sha256 == null) {
      throw new IllegalArgumentException("sha256 of " + recipe);
    }
    outcomes = Collections.unmodifiableMap(new LinkedHashMap<>(outcomes));
    layers = List.copyOf(layers);
  }

  /**
   * Summarises measured layers: means, bits per weight (weighted by the layers' sizes) and outcomes
   * follow from them.
   *
   * @param recipe name of the recipe
   * @param scheme name of the scheme
   * @param meanCosine mean cosine between the model's output and that of the float model; NaN if
   *     not measured
   * @param fileBytes size of the written model
   * @param seconds wall-clock time of the run
   * @param sha256 hexadecimal SHA-256 of the written model; empty when none was written
   * @param layers results by layer, in the model's order
   */
  public static RunResult of(
      String recipe,
      String scheme,
      double meanCosine,
      long fileBytes,
      double seconds,
      String sha256,
      List<LayerResult> layers) {
    return new RunResult(
        recipe,
        scheme,
        mean(layers, LayerResult::relativeOutputError),
        mean(layers, LayerResult::sqnrDb),
        meanCosine,
        bitsPerWeight(layers),
        fileBytes,
        seconds,
        sha256,
        count(layers),
        layers);
  }

  private static double mean(List<LayerResult> layers, ToDoubleFunction<LayerResult> value) {
    return layers.stream()
        .filter(LayerResult::hasError)
        .mapToDouble(value)
        .average()
        .orElse(Double.NaN);
  }

  private static double bitsPerWeight(List<LayerResult> layers) {
    double bits = 0;
    long weights = 0;
    for (LayerResult layer : layers) {
      bits += layer.bitsPerWeight() * layer.weights();
      weights += layer.weights();
    }
    return weights == 0 ? Double.NaN : bits / weights;
  }

  private static Map<String, Integer> count(List<LayerResult> layers) {
    Map<String, Integer> counts = new TreeMap<>();
    layers.forEach(layer -> counts.merge(layer.outcome().label(), 1, Integer::sum));
    return counts;
  }
}
