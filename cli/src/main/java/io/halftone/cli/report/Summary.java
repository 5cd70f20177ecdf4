package io.halftone.cli.report;

/**
 * What was quantized.
 *
 * @param model name of the model as people know it
 * @param layers number of linear layers considered
 * @param weights number of weights in them
 * @param calibrationTokens tokens whose activations calibrated the recipes, padding not counted
 * @param heldOutTokens tokens on which the errors were measured, disjoint from the former; 0 when
 *     they were measured on the calibration inputs themselves
 * @param seconds wall-clock time of the whole command
 */
public record Summary(
    String model,
    int layers,
    long weights,
    long calibrationTokens,
    long heldOutTokens,
    double seconds) {

  /** Checks names and ranges. */
  public Summary {
    Require.text("model", model);
    Require.atLeast("layers", layers, 0);
    Require.atLeast("weights", weights, 0);
    Require.atLeast("calibrationTokens", calibrationTokens, 0);
    Require.atLeast("heldOutTokens", heldOutTokens, 0);
    Require.atLeast("seconds", seconds, 0);
  }
}
