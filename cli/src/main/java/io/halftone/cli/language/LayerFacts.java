package io.halftone.cli.language;

import io.halftone.calibration.LayerResult;
import io.halftone.calibration.decoder.FloatLinear;
import io.halftone.calibration.decoder.LinearLayer;
import io.halftone.calibration.decoder.QuantizedBlock;
import io.halftone.calibration.decoder.Sublayer;
import io.halftone.core.quantized.QuantizedLinear;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How one layer ended.
 *
 * @param layer name
 * @param outcome label of the outcome
 * @param description of the outcome
 * @param out outputs
 * @param in input channels
 * @param weightRelativeError ‖W − Ŵ‖² / ‖W‖², W the float weight in the basis that was quantized
 * @param bitsPerWeight stored bits per weight, scales and zero points counted
 */
public record LayerFacts(
    String layer,
    String outcome,
    String description,
    int out,
    int in,
    double weightRelativeError,
    double bitsPerWeight) {

  static List<LayerFacts> of(QuantizedBlock block) {
    List<LayerFacts> facts = new ArrayList<>();
    List<Sublayer> folded = block.folded();
    for (int h = 0; h < folded.size(); h++) {
      for (LayerResult result : block.halves().get(h).layers()) {
        LinearLayer exact =
            folded.get(h).linears().stream()
                .filter(linear -> linear.name().equals(result.name()))
                .findFirst()
                .orElseThrow();
        facts.add(of(result, (FloatLinear) exact));
      }
    }
    return facts;
  }

  private static LayerFacts of(LayerResult result, FloatLinear exact) {
    Optional<QuantizedLinear> layer = result.layer();
    return new LayerFacts(
        result.name(),
        result.outcome().label(),
        result.outcome().describe(),
        exact.out(),
        exact.in(),
        layer.map(quantized -> error(exact, quantized)).orElse(0.0),
        layer.map(QuantizedLinear::bitsPerWeight).orElse((double) Float.SIZE));
  }

  private static double error(FloatLinear exact, QuantizedLinear layer) {
    float[] weight = exact.weight().data();
    float[] decoded =
        layer.online().isIdentity()
            ? layer.decode().data()
            : layer.online().inverse().applyToWeight(layer.decode()).data();
    double error = 0;
    double norm = 0;
    for (int i = 0; i < weight.length; i++) {
      double difference = (double) weight[i] - decoded[i];
      error = Math.fma(difference, difference, error);
      norm = Math.fma((double) weight[i], weight[i], norm);
    }
    return norm == 0 ? 0 : error / norm;
  }
}
