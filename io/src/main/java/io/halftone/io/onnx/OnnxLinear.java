package io.halftone.io.onnx;

import java.util.Optional;

/**
 * A linear layer of a graph: output = input · weightᵀ (+ bias), the weight being constant.
 *
 * @param name unique in the model: the node's name, or the name of its output tensor when the node
 *     has none or shares it
 * @param nodeName name of the MatMul or Gemm node, possibly empty
 * @param input tensor it reads, [..., in]
 * @param output tensor it writes, [..., out]
 * @param weightInitializer constant tensor it multiplies by
 * @param in input channels
 * @param out output channels
 * @param weight how the constant is laid out in the file
 * @param biasInitializer constant [out] that the node itself adds (Gemm's C); a MatMul never has
 *     one, an Add behind it is another node
 */
public record OnnxLinear(
    String name,
    String nodeName,
    String input,
    String output,
    String weightInitializer,
    int in,
    int out,
    Orientation weight,
    Optional<String> biasInitializer) {

  /** Layout of a stored weight. */
  public enum Orientation {
    /** [in, out], as MatMul and an untransposed Gemm multiply. */
    IN_OUT,
    /** [out, in], as a Gemm with transB multiplies. */
    OUT_IN
  }
}
