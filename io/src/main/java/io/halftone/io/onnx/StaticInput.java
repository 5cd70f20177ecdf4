package io.halftone.io.onnx;

/**
 * How a layer's input is rounded to 8 bits with numbers that are known ahead: code = clip(rint(x /
 * scale) + zero), x̂ = (code − zero) · scale.
 *
 * @param signed whether codes are −128 to 127 instead of 0 to 255
 * @param scale positive and finite
 * @param zero a code
 */
public record StaticInput(boolean signed, float scale, int zero) {
  /** Validates scale and zero point. */
  public StaticInput {
    if (!(scale > 0 && Float.isFinite(scale))) {
      throw new IllegalArgumentException("scale is " + scale + ", must be positive and finite");
    }
    if (zero < min(signed) || zero > min(signed) + 255) {
      throw new IllegalArgumentException(
          "zero point " + zero + " is no code of " + (signed ? "INT8" : "UINT8"));
    }
  }

  private static int min(boolean signed) {
    return signed ? Byte.MIN_VALUE : 0;
  }

  /** The value a runtime multiplies with; NaN is not allowed. */
  public float round(float x) {
    float code = (float) StrictMath.rint(x / scale) + zero;
    float clipped = Math.max(min(signed), Math.min(min(signed) + 255f, code));
    return (clipped - zero) * scale;
  }

  ElementType type() {
    return signed ? ElementType.INT8 : ElementType.UINT8;
  }
}
