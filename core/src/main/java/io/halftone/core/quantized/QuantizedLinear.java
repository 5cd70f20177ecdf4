package io.halftone.core.quantized;

import io.halftone.core.kernel.Compute;
import io.halftone.core.kernel.LinearAlgebra;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;
import io.halftone.core.transform.EquivalentTransform;
import java.util.List;

/**
 * A quantized linear layer: y = b + Σₖ Qₖ(x·T)·Ŵₖᵀ.
 *
 * @param name of the layer
 * @param online T, the identity once it is folded into the operation before the layer
 * @param branches at least one, all of one shape [out, in]
 * @param bias [out], or empty when the layer has none
 * @param outcome how the layer came about
 */
public record QuantizedLinear(
    String name, EquivalentTransform online, List<Branch> branches, float[] bias, Outcome outcome) {
  /** Validates the shapes. */
  public QuantizedLinear {
    branches = List.copyOf(branches);
    if (branches.isEmpty()) {
      throw new IllegalArgumentException("layer " + name + " has no branch");
    }
    if (bias.length != 0 && bias.length != branches.get(0).weight().rows()) {
      throw new IllegalArgumentException(
          "layer "
              + name
              + ": bias has "
              + bias.length
              + " values, must have "
              + branches.get(0).weight().rows()
              + " or none");
    }
    for (Branch branch : branches) {
      if (branch.weight().cols() != online.sizeOut()
          || branch.weight().rows() != branches.get(0).weight().rows()) {
        throw new IllegalArgumentException(
            "layer "
                + name
                + ": a branch of "
                + branch.weight().rows()
                + " x "
                + branch.weight().cols()
                + " does not fit "
                + branches.get(0).weight().rows()
                + " x "
                + online.sizeOut());
      }
    }
  }

  /** Number of outputs. */
  public int out() {
    return branches.get(0).weight().rows();
  }

  /** Number of input channels before the transform. */
  public int in() {
    return online.sizeIn();
  }

  /** As {@link #decode()}, with all threads. */
  public FloatMatrix decode(Compute compute) {
    FloatMatrix sum = FloatMatrix.zeros(out(), online.sizeOut());
    compute.parallel(out(), row -> decodeRow(row, sum));
    return online.isIdentity() ? sum : online.inverse().applyToWeight(sum, compute);
  }

  private void decodeRow(int row, FloatMatrix sum) {
    branches.get(0).weight().decodeRow(row, sum.data(), sum.offset(row));
    float[] more = new float[branches.size() > 1 ? sum.cols() : 0];
    for (Branch branch : branches.subList(1, branches.size())) {
      branch.weight().decodeRow(row, more, 0);
      for (int i = 0; i < more.length; i++) {
        sum.data()[sum.offset(row) + i] += more[i];
      }
    }
  }

  /** Σ Ŵₖ·Tᵀ [out, in]: comparable with the (folded) float weight. */
  public FloatMatrix decode() {
    FloatMatrix sum = branches.get(0).weight().decode();
    for (Branch branch : branches.subList(1, branches.size())) {
      float[] more = branch.weight().decode().data();
      for (int i = 0; i < more.length; i++) {
        sum.data()[i] += more[i];
      }
    }
    return online.isIdentity() ? sum : online.inverse().applyToWeight(sum);
  }

  /**
   * The layer's output, each branch's input quantized as its scheme says; the exact emulation of
   * what a runtime computes.
   *
   * @param x [tokens, in], read
   * @return [tokens, out]
   */
  public FloatMatrix apply(FloatMatrix x, LinearAlgebra algebra) {
    FloatMatrix transformed = online.isIdentity() ? x : online.applyToInput(x);
    FloatMatrix y = FloatMatrix.zeros(x.rows(), out());
    for (Branch branch : branches) {
      FloatMatrix input = InputRounding.apply(branch.input(), transformed);
      algebra.multiplyTransposedAdd(
          MatrixView.of(input), MatrixView.of(branch.weight().decode()), MatrixView.of(y));
    }
    for (int t = 0; bias.length > 0 && t < y.rows(); t++) {
      for (int o = 0; o < y.cols(); o++) {
        y.data()[y.offset(t) + o] += bias[o];
      }
    }
    return y;
  }

  /**
   * Bits per weight, counting codes, scales, zero points and all branches, but not the transform,
   * which its site shares.
   */
  public double bitsPerWeight() {
    long bits = branches.stream().mapToLong(branch -> branch.weight().storageBits()).sum();
    return bits / ((double) out() * in());
  }

  /** The scheme in which the first branch sees the layer's input. */
  public TensorScheme input() {
    return branches.get(0).input();
  }

  /** The same layer with another outcome. */
  public QuantizedLinear withOutcome(Outcome other) {
    return new QuantizedLinear(name, online, branches, bias, other);
  }

  /** The same layer reading its input through another transform. */
  public QuantizedLinear withOnline(EquivalentTransform other) {
    return new QuantizedLinear(name, other, branches, bias, outcome);
  }
}
