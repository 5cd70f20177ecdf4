package io.halftone.cli.language;

import io.halftone.calibration.LayerResult;
import io.halftone.calibration.decoder.LinearLayer;
import io.halftone.calibration.decoder.QuantizedBlock;
import io.halftone.calibration.decoder.Sublayer;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.report.LayerReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How one layer ended.
 *
 * @param layer name
 * @param outcome label of the outcome
 * @param description of the outcome
 * @param out outputs
 * @param in input channels
 * @param weightRelativeError ‖W − Ŵ‖² / ‖W‖², W the float weight in the basis that was quantized
 * @param outputRelativeError ‖XWᵀ − Q(X)Ŵᵀ‖² / ‖XWᵀ‖² with X the layer's inputs in the calibration:
 *     what the layers before it give as far as these are quantized by then; all tokens, or 512 of
 *     them where inputs are quantized, too
 * @param bitsPerWeight stored bits per weight, scales and zero points counted
 */
public record LayerFacts(
    String layer,
    String outcome,
    String description,
    int out,
    int in,
    double weightRelativeError,
    double outputRelativeError,
    double bitsPerWeight) {

  static List<LayerFacts> of(QuantizedBlock block) {
    Map<String, LayerReport> reports =
        block.reports().stream().collect(Collectors.toMap(LayerReport::layer, Function.identity()));
    List<LayerFacts> facts = new ArrayList<>();
    List<Sublayer> exact = block.exact().sublayers();
    for (int h = 0; h < exact.size(); h++) {
      for (LayerResult result : block.halves().get(h).layers()) {
        LinearLayer linear =
            exact.get(h).linears().stream()
                .filter(candidate -> candidate.name().equals(result.name()))
                .findFirst()
                .orElseThrow();
        facts.add(of(result, linear, Optional.ofNullable(reports.get(result.name()))));
      }
    }
    return facts;
  }

  private static LayerFacts of(
      LayerResult result, LinearLayer exact, Optional<LayerReport> report) {
    return new LayerFacts(
        result.name(),
        result.outcome().label(),
        result.outcome().describe(),
        exact.out(),
        exact.in(),
        report.map(LayerReport::weightRelativeError).orElse(0.0),
        report.map(LayerReport::outputRelativeError).orElse(0.0),
        result.layer().map(QuantizedLinear::bitsPerWeight).orElse((double) Float.SIZE));
  }
}
