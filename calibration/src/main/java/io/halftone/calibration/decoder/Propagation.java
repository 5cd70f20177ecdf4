package io.halftone.calibration.decoder;

/** What a layer is calibrated on while the layers before it are already quantized. */
public enum Propagation {
  /** The float model's inputs: every layer on its own. */
  FLOAT_PREFIX {
    @Override
    Sublayer next(Sublayer exact, Sublayer quantized) {
      return exact;
    }
  },
  /** The inputs that the quantized layers before it give; its own weight is the aim. */
  QUANTIZED_PREFIX {
    @Override
    Sublayer next(Sublayer exact, Sublayer quantized) {
      return quantized;
    }
  },
  /**
   * The inputs that the quantized layers before it give; the float model's outputs are the aim, so
   * that a layer makes good for errors before it.
   *
   * @see FloatTargets
   */
  FLOAT_TARGETS {
    @Override
    Sublayer next(Sublayer exact, Sublayer quantized) {
      return quantized;
    }
  };

  /** What takes the calibration tokens to the next layer. */
  abstract Sublayer next(Sublayer exact, Sublayer quantized);
}
