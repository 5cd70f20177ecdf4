package io.halftone.calibration.decoder;

import io.halftone.calibration.FittedSite;
import io.halftone.calibration.Placement;
import io.halftone.core.model.Absorbs;
import io.halftone.core.model.SiteRole;
import io.halftone.core.model.TransformSite;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.transform.Chain;
import io.halftone.core.transform.Diagonal;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Identity;
import io.halftone.core.transform.Kronecker;
import io.halftone.core.transform.Shift;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The two places of a sublayer where a transform may stand, and how it is merged there. */
final class Folds {
  private Folds() {}

  /** The normalised tensor, which the norm can scale and shift. */
  static TransformSite inputSite(Sublayer sublayer) {
    return new TransformSite(
        sublayer.name() + ".input",
        sublayer.inputs().get(0).in(),
        sublayer.inputs().stream().map(LinearLayer::name).toList(),
        List.of(sublayer.norm().name()),
        Absorbs.AFFINE,
        1,
        SiteRole.NORMED,
        1);
  }

  /**
   * The mixed tensor; rows of an input linear can scale it where there are such rows, and turn the
   * channels of each head where there are heads.
   */
  static TransformSite outputSite(Sublayer sublayer) {
    List<String> consumers = List.of(sublayer.output().name());
    String id = sublayer.name() + ".mixed";
    int size = sublayer.output().in();
    return sublayer
        .producer()
        .map(
            producer ->
                new TransformSite(
                    id,
                    size,
                    consumers,
                    List.of(sublayer.inputs().get(producer.input()).name()),
                    producer.headSize() > 1 ? Absorbs.PER_HEAD : Absorbs.DIAGONAL,
                    producer.repeats(),
                    producer.headSize() > 1 ? SiteRole.VALUES : SiteRole.INNER,
                    producer.headSize() > 1 ? size / producer.headSize() : 1))
        .orElseGet(
            () ->
                new TransformSite(
                    id, size, consumers, List.of(), Absorbs.NOTHING, 1, SiteRole.INNER, 1));
  }

  /**
   * Gives channels that are read of the same produced channel the same factor, the geometric mean
   * of those that were fitted: a fold cannot do more.
   */
  static FittedSite tied(Sublayer sublayer, FittedSite fitted) {
    if (fitted.placement() != Placement.FOLDED || fitted.site().repeats() == 1) {
      return fitted;
    }
    Sublayer.Producer producer = sublayer.producer().orElseThrow();
    EquivalentTransform tied = new Identity(fitted.site().size());
    for (EquivalentTransform step : steps(fitted.transform())) {
      tied = Chain.of(tied, step instanceof Diagonal diagonal ? shared(producer, diagonal) : step);
    }
    return new FittedSite(fitted.site(), tied, fitted.placement());
  }

  private static Diagonal shared(Sublayer.Producer producer, Diagonal fitted) {
    float[] factor = fitted.factor();
    double[] log = new double[producer.heads() * producer.headSize()];
    for (int c = 0; c < factor.length; c++) {
      log[producer.channel(c)] += StrictMath.log(factor[c]) / producer.repeats();
    }
    float[] shared = new float[factor.length];
    for (int c = 0; c < shared.length; c++) {
      shared[c] = (float) StrictMath.exp(log[producer.channel(c)]);
    }
    return new Diagonal(shared);
  }

  private static List<EquivalentTransform> steps(EquivalentTransform transform) {
    return transform instanceof Chain chain ? chain.steps() : List.of(transform);
  }

  /**
   * Merges the folded transforms of both sites; the function of the sublayer stays what it was.
   *
   * @param sublayer its consumers of folded sites are {@link FloatLinear}s
   * @return the same sublayer if neither site is folded
   */
  static Sublayer apply(Sublayer sublayer, FittedSite input, FittedSite output) {
    return foldInput(foldOutput(sublayer, output), input);
  }

  private static Sublayer foldInput(Sublayer sublayer, FittedSite site) {
    if (site.placement() != Placement.FOLDED) {
      return sublayer;
    }
    Norm norm = sublayer.norm();
    for (EquivalentTransform step : steps(site.transform())) {
      norm =
          step instanceof Shift shift
              ? norm.shifted(shift.offset())
              : norm.scaled(((Diagonal) step).factor());
    }
    List<LinearLayer> inputs = new ArrayList<>();
    for (LinearLayer linear : sublayer.inputs()) {
      inputs.add(transformed(linear, site.transform()));
    }
    return sublayer.with(norm).with(inputs);
  }

  private static Sublayer foldOutput(Sublayer sublayer, FittedSite site) {
    if (site.placement() != Placement.FOLDED) {
      return sublayer;
    }
    Sublayer.Producer producer = sublayer.producer().orElseThrow();
    FloatLinear source = FloatLinear.require(sublayer.inputs().get(producer.input()));
    for (EquivalentTransform step : steps(site.transform())) {
      source =
          step instanceof Kronecker product
              ? turned(source, producer, product.right())
              : scaled(source, producer, ((Diagonal) step).factor());
    }
    return sublayer.with(List.of(source, transformed(sublayer.output(), site.transform())));
  }

  /** Each head's produced channels times T: its rows become Tᵀ times its rows. */
  private static FloatLinear turned(
      FloatLinear source, Sublayer.Producer producer, EquivalentTransform perHead) {
    int channels = producer.heads() * producer.headSize();
    EquivalentTransform all = new Kronecker(new Identity(producer.heads()), perHead);
    FloatMatrix weight = source.weight().copy();
    FloatMatrix rows = weight.rows(producer.fromRow(), producer.fromRow() + channels);
    FloatMatrix moved = all.applyToInput(rows.transpose()).transpose();
    System.arraycopy(
        moved.data(), 0, weight.data(), weight.offset(producer.fromRow()), moved.data().length);
    float[] bias = source.bias().clone();
    if (bias.length > 0) {
      float[] part = Arrays.copyOfRange(bias, producer.fromRow(), producer.fromRow() + channels);
      float[] turned = all.applyToInput(FloatMatrix.wrap(part, 1, channels)).data();
      System.arraycopy(turned, 0, bias, producer.fromRow(), channels);
    }
    return new FloatLinear(source.name(), weight, bias);
  }

  private static FloatLinear scaled(
      FloatLinear source, Sublayer.Producer producer, float[] factor) {
    FloatMatrix weight = source.weight().copy();
    float[] bias = source.bias().clone();
    boolean[] scaled = new boolean[producer.heads() * producer.headSize()];
    for (int c = 0; c < factor.length; c++) {
      int channel = producer.channel(c);
      if (!scaled[channel]) {
        scaled[channel] = true;
        scaleRow(weight, bias, producer.fromRow() + channel, factor[c]);
      }
    }
    return new FloatLinear(source.name(), weight, bias);
  }

  private static void scaleRow(FloatMatrix weight, float[] bias, int row, float factor) {
    for (int i = 0; i < weight.cols(); i++) {
      weight.data()[weight.offset(row) + i] *= factor;
    }
    if (bias.length > 0) {
      bias[row] *= factor;
    }
  }

  private static FloatLinear transformed(LinearLayer linear, EquivalentTransform transform) {
    FloatLinear exact = FloatLinear.require(linear);
    return new FloatLinear(
        exact.name(),
        transform.applyToWeight(exact.weight()),
        transform.correctBias(exact.weight(), exact.bias()));
  }
}
