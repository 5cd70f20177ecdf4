package io.halftone.io.onnx;

/** How a layer whose input stays float is written. */
public enum WeightForm {
  /** ONNX Runtime's {@code com.microsoft.MatMulNBits}: packed codes, multiplied in float32. */
  MATMUL_NBITS,
  /**
   * The standard {@code DequantizeLinear} in front of a MatMul: any runtime of operator set 21 (25
   * for 2 bits).
   */
  DEQUANTIZE_LINEAR
}
