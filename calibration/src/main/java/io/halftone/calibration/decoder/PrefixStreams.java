package io.halftone.calibration.decoder;

import io.halftone.calibration.SiteStatistics;
import io.halftone.core.kernel.Compute;
import io.halftone.core.model.TransformSite;
import java.util.Optional;

/**
 * The calibration tokens in front of a sublayer.
 *
 * @param propagation how the first stream goes on
 * @param stream what layers are calibrated on
 * @param reference after the float prefix, where it is the aim
 */
record PrefixStreams(
    Propagation propagation, ResidualStream stream, Optional<ResidualStream> reference) {
  /** Part of the Gram matrix's mean diagonal that keeps corrected weights near the float ones. */
  private static final double DAMPING = 0.01;

  static PrefixStreams of(ResidualStream start, Propagation propagation) {
    return new PrefixStreams(
        propagation,
        start,
        propagation == Propagation.FLOAT_TARGETS ? Optional.of(start.copy()) : Optional.empty());
  }

  /** What takes the calibration tokens through part of a sublayer. */
  Sublayer running(Sublayer exact, Sublayer quantized) {
    return propagation.next(exact, quantized);
  }

  /** The weights to be quantized at a site: the float ones unless outputs are the aim. */
  Sublayer aimed(
      Sublayer exact,
      Sublayer running,
      TransformSite site,
      SiteStatistics statistics,
      Compute compute) {
    return reference
        .map(
            ahead ->
                new FloatTargets(stream, ahead, DAMPING, compute)
                    .aimed(exact, running, site, statistics))
        .orElse(exact);
  }

  /** Goes on to the next sublayer. */
  void advance(Sublayer exact, Sublayer quantized, Compute compute) {
    stream.advance(running(exact, quantized), compute);
    reference.ifPresent(ahead -> ahead.advance(exact, compute));
  }
}
