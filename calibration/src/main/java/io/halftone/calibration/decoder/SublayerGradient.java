package io.halftone.calibration.decoder;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;
import java.util.ArrayList;
import java.util.List;

/**
 * Reverse mode through half a block whose linears are emulated: what was computed on the way is
 * computed again.
 *
 * @param sublayer gone through
 * @param weights takes the gradient of every linear's decoded weight
 * @param compute where it runs
 */
record SublayerGradient(Sublayer sublayer, WeightGradients weights, Compute compute) {
  /** Takes gradients of decoded weights. */
  @FunctionalInterface
  interface WeightGradients {
    /**
     * Takes one.
     *
     * @param linear name of the layer
     * @param gradient [out, in] in the basis of the decoded weight
     */
    void add(String linear, FloatMatrix gradient);
  }

  /**
   * The loss's gradient by the residual stream in front of the half.
   *
   * @param x residual stream in front of it [tokens, hidden], read
   * @param gradient by the stream behind it, read
   * @param lengths of the sequences whose tokens follow each other
   * @throws IllegalArgumentException if the half has a part whose derivative is not built
   */
  FloatMatrix before(FloatMatrix x, FloatMatrix gradient, int[] lengths) {
    if (sublayer.outputNorm().isPresent()) {
      throw new IllegalArgumentException(
          "gradients do not go through the norm behind " + sublayer.output().name());
    }
    FloatMatrix normed = sublayer.normed(x, compute);
    List<FloatMatrix> projected =
        sublayer.inputs().stream().map(linear -> linear.apply(normed, compute)).toList();
    List<FloatMatrix> copies = projected.stream().map(FloatMatrix::copy).toList();
    FloatMatrix mixed = sublayer.mixer().mix(copies, lengths, compute);
    FloatMatrix byMixed = through(sublayer.output(), mixed, gradient);
    List<FloatMatrix> byProjected = sublayer.mixer().gradient(projected, byMixed, lengths, compute);
    List<FloatMatrix> byNormed = new ArrayList<>();
    for (int i = 0; i < projected.size(); i++) {
      byNormed.add(through(sublayer.inputs().get(i), normed, byProjected.get(i)));
    }
    FloatMatrix result = gradient.copy();
    sublayer.norm().addGradient(x, sum(byNormed), result, compute);
    return result;
  }

  private static FloatMatrix sum(List<FloatMatrix> matrices) {
    FloatMatrix sum = matrices.get(0);
    for (FloatMatrix more : matrices.subList(1, matrices.size())) {
      for (int i = 0; i < sum.data().length; i++) {
        sum.data()[i] += more.data()[i];
      }
    }
    return sum;
  }

  private FloatMatrix through(LinearLayer linear, FloatMatrix x, FloatMatrix gradient) {
    if (linear instanceof FloatLinear exact) {
      return compute.algebra().multiply(gradient, exact.weight());
    }
    EmulatedLinear emulated = (EmulatedLinear) linear;
    weights.add(linear.name(), compute.algebra().transposedMultiply(gradient, emulated.read(x)));
    FloatMatrix byRead = compute.algebra().multiply(gradient, emulated.decoded().get(0));
    return emulated.layer().online().isIdentity()
        ? byRead
        : emulated.layer().online().inverse().applyToWeight(byRead);
  }
}
