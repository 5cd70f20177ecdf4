package io.halftone.core.spi;

/**
 * A layer cannot be quantized as asked; the message names the layer and the numerical condition.
 */
public final class QuantizationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String layer;

  /**
   * Names the layer and the condition.
   *
   * @param layer name of the layer
   * @param condition what is wrong, with the values and bounds involved
   */
  public QuantizationException(String layer, String condition) {
    super("layer " + layer + ": " + condition);
    this.layer = layer;
  }

  /**
   * Names the layer, the condition and what led to it.
   *
   * @param layer name of the layer
   * @param condition what is wrong
   * @param cause the failure behind it
   */
  public QuantizationException(String layer, String condition, Throwable cause) {
    super("layer " + layer + ": " + condition, cause);
    this.layer = layer;
  }

  /** Name of the layer. */
  public String layer() {
    return layer;
  }
}
