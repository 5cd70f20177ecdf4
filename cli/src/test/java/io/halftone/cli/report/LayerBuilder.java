package io.halftone.cli.report;

import io.halftone.calibration.Placement;
import io.halftone.core.quantized.Outcome;

/** A layer result that is unremarkable but for what a test says of it. */
final class LayerBuilder {

  private final String layer;
  private final double error;
  private int out = 100;
  private int in = 100;
  private Outcome outcome = new Outcome.Calibrated();
  private double saturation = 0.02;
  private double zeros = 0.1;
  private double bits = 4.5;
  private Placement placement = Placement.NONE;
  private double outliers = 5;

  LayerBuilder(String layer, double error) {
    this.layer = layer;
    this.error = error;
  }

  LayerBuilder shape(int out, int in) {
    this.out = out;
    this.in = in;
    return this;
  }

  LayerBuilder outcome(Outcome outcome) {
    this.outcome = outcome;
    return this;
  }

  LayerBuilder saturation(double saturation) {
    this.saturation = saturation;
    return this;
  }

  LayerBuilder zeros(double zeros) {
    this.zeros = zeros;
    return this;
  }

  LayerBuilder bits(double bits) {
    this.bits = bits;
    return this;
  }

  LayerBuilder outliers(double outliers) {
    this.outliers = outliers;
    return this;
  }

  LayerBuilder placement(Placement placement) {
    this.placement = placement;
    return this;
  }

  LayerResult build() {
    return new LayerResult(
        layer,
        out,
        in,
        outcome,
        error,
        -10 * Math.log10(error),
        1 - error / 2,
        saturation,
        zeros,
        bits,
        12,
        placement,
        outliers);
  }
}
