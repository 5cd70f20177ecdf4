package io.halftone.calibration.decoder;

import io.halftone.core.model.Absorbs;
import io.halftone.core.model.SiteRole;
import io.halftone.core.model.TransformSite;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.transform.EquivalentTransform;
import java.util.Arrays;
import java.util.List;

/**
 * Another basis of the residual stream: everything that writes it is multiplied by an orthogonal T,
 * everything that reads it by T⁻ᵀ, after each norm's gain has moved into the linears that read it.
 *
 * @param transform T, orthogonal
 * @see <a href="https://arxiv.org/abs/2404.00456">Ashkboos et al., QuaRot, 2024, section 4, stage
 *     1a</a>
 */
record StreamBasis(EquivalentTransform transform) {

  /** The residual stream as a site. */
  static TransformSite site(FloatDecoder model) {
    return new TransformSite(
        "stream",
        model.config().hiddenSize(),
        model.linears(),
        List.of(model.architecture().embedding()),
        Absorbs.ANY,
        1,
        SiteRole.STREAM,
        1);
  }

  /** The embedded tokens in this basis. */
  FloatMatrix embedded(FloatMatrix x) {
    return transform.isIdentity() ? x : transform.applyToInput(x);
  }

  /**
   * A block in this basis.
   *
   * @throws IllegalArgumentException if a norm subtracts means, or stands behind an output linear
   */
  DecoderBlock of(DecoderBlock block) {
    return transform.isIdentity()
        ? block
        : new DecoderBlock(block.name(), of(block.attention()), of(block.feedForward()));
  }

  private Sublayer of(Sublayer sublayer) {
    if (sublayer.outputNorm().isPresent()) {
      throw new IllegalArgumentException(
          sublayer.name() + " has a norm behind its output; its stream cannot be turned");
    }
    Norm norm = requireRms(sublayer.norm());
    FloatLinear output = FloatLinear.require(sublayer.output());
    List<FloatLinear> inputs =
        sublayer.inputs().stream().map(FloatLinear::require).map(in -> reading(in, norm)).toList();
    return sublayer.with(plain(norm)).with(inputs).with(List.of(writing(output)));
  }

  /** The output matrix in this basis. */
  Head of(Head head) {
    if (transform.isIdentity()) {
      return head;
    }
    Norm norm = requireRms(head.norm());
    return new Head(plain(norm), reading(head.weight(), norm), head.cap());
  }

  private static Norm requireRms(Norm norm) {
    if (norm.kind() == NormKind.LAYER) {
      throw new IllegalArgumentException(
          "norm " + norm.name() + " subtracts means; its stream cannot be turned");
    }
    return norm;
  }

  private static Norm plain(Norm norm) {
    float[] ones = new float[norm.gain().length];
    Arrays.fill(ones, 1);
    return new Norm(norm.name(), norm.kind(), ones, norm.bias(), norm.epsilon());
  }

  private FloatLinear reading(FloatLinear linear, Norm norm) {
    return new FloatLinear(linear.name(), reading(linear.weight(), norm), linear.bias());
  }

  private FloatMatrix reading(FloatMatrix weight, Norm norm) {
    FloatMatrix scaled = weight.copy();
    for (int r = 0; r < scaled.rows(); r++) {
      for (int c = 0; c < scaled.cols(); c++) {
        scaled.data()[scaled.offset(r) + c] *= norm.gain()[c];
      }
    }
    return transform.applyToWeight(scaled);
  }

  private FloatLinear writing(FloatLinear linear) {
    FloatMatrix weight = transform.applyToInput(linear.weight().transpose()).transpose();
    float[] bias = linear.bias();
    return new FloatLinear(
        linear.name(),
        weight,
        bias.length == 0
            ? bias
            : transform.applyToInput(FloatMatrix.wrap(bias, 1, bias.length)).data());
  }
}
