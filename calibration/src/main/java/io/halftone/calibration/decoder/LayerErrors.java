package io.halftone.calibration.decoder;

import io.halftone.calibration.LayerResult;
import io.halftone.calibration.SiteStatistics;
import io.halftone.core.kernel.Compute;
import io.halftone.core.model.TransformSite;
import io.halftone.core.report.LayerReport;
import io.halftone.core.report.Reports;
import io.halftone.core.stats.StatisticsView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Measures a quantized decoder layer by layer. */
public final class LayerErrors {
  private LayerErrors() {}

  /**
   * Compares every quantized layer with its float weight on the float model's activations, each
   * layer on its own, in the basis it was quantized in.
   *
   * @param sequences best not those of the calibration
   * @param every of how many tokens one is looked at, at least 1
   * @throws IOException if the float model cannot be read
   */
  public static List<LayerReport> of(
      QuantizedDecoder model, TokenSequences sequences, int every, Compute compute)
      throws IOException {
    List<LayerReport> reports = new ArrayList<>();
    ResidualStream stream = ResidualStream.of(model.exact(), sequences);
    SiteCapture capture = new SiteCapture(stream, every, Reports.requires(), compute);
    for (int b = 0; b < model.config().blocks(); b++) {
      DecoderBlock block = model.exact().block(b);
      for (int h = 0; h < block.sublayers().size(); h++) {
        Sublayer exact = block.sublayers().get(h);
        reports.addAll(reports(model.halves(b).get(h), exact, capture));
        stream.advance(exact, compute);
      }
    }
    return reports;
  }

  private static List<LayerReport> reports(
      QuantizedSublayer half, Sublayer exact, SiteCapture capture) throws IOException {
    List<TransformSite> sites = List.of(half.input().site(), half.output().site());
    Sublayer folded = half.folded(exact);
    SiteStatistics statistics = capture.of(folded, sites);
    SublayerWeights weights = new SublayerWeights(folded);
    List<LayerReport> reports = new ArrayList<>();
    for (LayerResult result : half.layers()) {
      String name = result.name();
      TransformSite site =
          sites.stream().filter(s -> s.consumers().contains(name)).findFirst().orElseThrow();
      report(result, weights, statistics.at(site.id()), capture.compute()).ifPresent(reports::add);
    }
    return reports;
  }

  /**
   * Compares a layer with its float weight; empty if it was skipped.
   *
   * @param weights float, in the basis that was quantized
   * @param stats of the layer's input in this basis
   */
  static Optional<LayerReport> report(
      LayerResult result, SublayerWeights weights, StatisticsView stats, Compute compute) {
    return result
        .layer()
        .map(
            layer ->
                Reports.compare(
                    layer, weights.linear(result.name()).weight(), stats, result.time(), compute));
  }
}
