package io.halftone.bridges.onnxruntime;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far the runtime is from Halftone's own emulation of an exported model.
 *
 * @param maxRelativeError largest value of {@code layers}; infinite if an output is not finite
 * @param worstLayer the layer that has it
 * @param layers ‖y − ŷ‖ / ‖y‖ by layer, y the runtime's output and ŷ the emulation on the runtime's
 *     input
 * @param comparedTokens tokens in each of these norms
 * @param outputDifference ‖a − b‖ / ‖a‖ for the outputs a of the unmodified file and b of the copy
 *     that the layers were measured in, the largest over the outputs; tells whether what was
 *     measured is what users run
 */
public record ExportCheckResult(
    double maxRelativeError,
    String worstLayer,
    Map<String, Double> layers,
    long comparedTokens,
    double outputDifference) {
  /** Takes a copy of the map. */
  public ExportCheckResult {
    layers = Collections.unmodifiableMap(new LinkedHashMap<>(layers));
  }
}
