package io.halftone.bridges.nd4j;

import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.report.LayerReport;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A quantized weight in ND4J's terms: decoded = (codes − zeros) · scales, per cell, where the
 * recipe left the basis alone.
 *
 * @param codes INT32 [out, in]
 * @param scales FLOAT, one per cell: [out, groups], [out, 1] or [1, 1]
 * @param zeros FLOAT, of the same shape, in code units
 * @param decoded FLOAT [out, in], comparable with the weight that was given; a transform the recipe
 *     fitted is undone
 * @param layer the same result in Halftone's terms
 * @param report what it cost
 */
public record Nd4jQuantized(
    INDArray codes,
    INDArray scales,
    INDArray zeros,
    INDArray decoded,
    QuantizedLinear layer,
    LayerReport report) {}
