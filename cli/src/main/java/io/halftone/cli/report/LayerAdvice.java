package io.halftone.cli.report;

import java.util.List;

/**
 * What to do about one layer.
 *
 * @param layer name of the layer
 * @param relativeOutputError its relative output error
 * @param errorShare its part of the sum of all layers' relative output errors, in [0, 1]
 * @param weightShare its part of all weights, in [0, 1]
 * @param recommendations sentences, the most promising first; never empty
 */
public record LayerAdvice(
    String layer,
    double relativeOutputError,
    double errorShare,
    double weightShare,
    List<String> recommendations) {

  /** Copies the list. */
  public LayerAdvice {
    recommendations = List.copyOf(recommendations);
  }
}
