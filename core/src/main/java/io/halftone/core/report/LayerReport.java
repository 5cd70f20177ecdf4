package io.halftone.core.report;

import io.halftone.core.quantized.Outcome;
import java.time.Duration;

/**
 * What quantizing one layer cost in quality, space and time.
 *
 * @param layer name
 * @param out outputs
 * @param in input channels
 * @param outcome how the layer ended
 * @param weightRelativeError ‖W − Ŵ‖² / ‖W‖²
 * @param outputRelativeError ‖Y − Ŷ‖² / ‖Y‖² over the tokens measured; 0/0 counts as 0
 * @param outputSqnrDb −10·log₁₀ of it; infinite for no error
 * @param outputCosine ⟨Y, Ŷ⟩ / (‖Y‖·‖Ŷ‖)
 * @param maxAbsError largest |w − ŵ|
 * @param saturationRate share of weights beyond the ends of their grid by more than half its last
 *     step, in [0, 1]
 * @param zeroRate share of weights decoded to 0 that were not 0, in [0, 1]
 * @param bitsPerWeight everything a decoder needs
 * @param time spent in the quantizer
 */
public record LayerReport(
    String layer,
    int out,
    int in,
    Outcome outcome,
    double weightRelativeError,
    double outputRelativeError,
    double outputSqnrDb,
    double outputCosine,
    double maxAbsError,
    double saturationRate,
    double zeroRate,
    double bitsPerWeight,
    Duration time) {}
