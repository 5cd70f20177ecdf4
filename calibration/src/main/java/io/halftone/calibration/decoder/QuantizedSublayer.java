package io.halftone.calibration.decoder;

import io.halftone.calibration.FittedSite;
import io.halftone.calibration.LayerResult;
import java.util.List;

/**
 * What a recipe made of one half of a block.
 *
 * @param input site of the normalised tensor
 * @param output site of the mixed tensor
 * @param layers in the order they run
 */
public record QuantizedSublayer(FittedSite input, FittedSite output, List<LayerResult> layers) {
  /** Takes a copy of the list. */
  public QuantizedSublayer {
    layers = List.copyOf(layers);
  }

  /**
   * The float half with the folded transforms merged: the same function in the basis that was
   * quantized.
   *
   * @param exact the float half
   */
  public Sublayer folded(Sublayer exact) {
    return Folds.apply(exact, input, output);
  }

  /**
   * The half with its quantized layers emulated.
   *
   * @param exact the float half
   */
  public Sublayer emulated(Sublayer exact) {
    return emulated(folded(exact), layers);
  }

  /** A half with those of the results in its place that are quantized. */
  static Sublayer emulated(Sublayer folded, List<LayerResult> layers) {
    return folded.with(
        layers.stream()
            .flatMap(result -> result.layer().stream())
            .map(EmulatedLinear::of)
            .toList());
  }
}
