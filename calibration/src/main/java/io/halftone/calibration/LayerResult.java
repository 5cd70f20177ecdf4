package io.halftone.calibration;

import io.halftone.core.quantized.Outcome;
import io.halftone.core.quantized.QuantizedLinear;
import java.time.Duration;
import java.util.Optional;

/**
 * How one layer ended.
 *
 * @param name of the layer
 * @param layer quantized, or empty when it was skipped
 * @param outcome of the layer
 * @param time spent on it
 */
public record LayerResult(
    String name, Optional<QuantizedLinear> layer, Outcome outcome, Duration time) {}
