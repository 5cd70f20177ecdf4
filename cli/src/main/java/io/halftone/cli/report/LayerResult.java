package io.halftone.cli.report;

import io.halftone.calibration.Placement;
import io.halftone.core.quantized.Outcome;

/**
 * What one recipe made of one linear layer. NaN in any measured value means "not measured".
 *
 * @param layer name of the layer in the model, any text
 * @param out output features, at least 1
 * @param in input features, at least 1
 * @param outcome how the layer was quantized
 * @param relativeOutputError ‖XΔWᵀ‖² / ‖XWᵀ‖², at least 0
 * @param sqnrDb −10·log₁₀ of the relative output error; infinite for an exact layer
 * @param cosine cosine between the layer's output and its float output, in [-1, 1]
 * @param saturationRate share of weights beyond the ends of their grid, in [0, 1]
 * @param zeroRate share of weights decoded to 0 that were not 0, in [0, 1]
 * @param bitsPerWeight stored bits, scales and zero points counted, per weight
 * @param millis time spent on this layer, in milliseconds
 * @param placement where the transform of the layer's input stands
 * @param activationOutlierRatio largest over median of the input channels' largest magnitudes
 */
public record LayerResult(
    String layer,
    int out,
    int in,
    Outcome outcome,
    double relativeOutputError,
    double sqnrDb,
    double cosine,
    double saturationRate,
    double zeroRate,
    double bitsPerWeight,
    double millis,
    Placement placement,
    double activationOutlierRatio) {

  /** Checks names, shapes and ranges. */
  public LayerResult {
    Require.text("layer", layer);
    Require.atLeast("out", out, 1);
    Require.atLeast("in", in, 1);
    Require.atLeast("relativeOutputError", relativeOutputError, 0);
    Require.rate("saturationRate", saturationRate);
    Require.rate("zeroRate", zeroRate);
    Require.atLeast("bitsPerWeight", bitsPerWeight, 0);
    Require.atLeast("millis", millis, 0);
    if (outcome == null || placement == null) {
      throw new IllegalArgumentException("outcome and placement of " + layer + " must not be null");
    }
  }

  /** Returns {@code out · in}. */
  public long weights() {
    return (long) out * in;
  }

  /** Returns whether the layer carries a quantization error that was measured. */
  boolean hasError() {
    return !(outcome instanceof Outcome.Skipped) && !Double.isNaN(relativeOutputError);
  }
}
