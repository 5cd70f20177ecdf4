package io.halftone.calibration.decoder;

import io.halftone.calibration.LayerResult;
import io.halftone.core.report.LayerReport;
import java.util.List;

/**
 * What a recipe made of one block.
 *
 * @param exact the float block
 * @param halves attention and feed-forward part, in this order
 * @param reports of the quantized layers in the order they run: each against its float weight, on
 *     the inputs that calibrated it
 */
public record QuantizedBlock(
    DecoderBlock exact, List<QuantizedSublayer> halves, List<LayerReport> reports) {
  /** Takes copies of the lists. */
  public QuantizedBlock {
    halves = List.copyOf(halves);
    reports = List.copyOf(reports);
  }

  /** The float halves in the basis that was quantized; the exact ones where nothing is folded. */
  public List<Sublayer> folded() {
    return List.of(
        halves.get(0).folded(exact.attention()), halves.get(1).folded(exact.feedForward()));
  }

  /** All layers in the order they run. */
  public List<LayerResult> layers() {
    return halves.stream().flatMap(half -> half.layers().stream()).toList();
  }
}
