package io.halftone.calibration.decoder;

import io.halftone.calibration.FittedSite;
import io.halftone.calibration.Placement;
import io.halftone.core.model.Absorbs;
import io.halftone.core.model.TransformSite;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.transform.Diagonal;
import io.halftone.core.transform.EquivalentTransform;
import java.util.ArrayList;
import java.util.List;

/** The two places of a sublayer where a transform may stand, and how it is merged there. */
final class Folds {
  private Folds() {}

  /** The normalised tensor, which the norm's weight can scale. */
  static TransformSite inputSite(Sublayer sublayer) {
    return new TransformSite(
        sublayer.name() + ".input",
        sublayer.inputs().get(0).in(),
        sublayer.inputs().stream().map(LinearLayer::name).toList(),
        List.of(sublayer.norm().name()),
        Absorbs.DIAGONAL,
        1);
  }

  /** The mixed tensor, which rows of an input linear can scale where there are such rows. */
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
                    Absorbs.DIAGONAL,
                    producer.repeats()))
        .orElseGet(() -> TransformSite.isolated(id, size, consumers));
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
    float[] factor = factor(fitted.transform());
    double[] log = new double[producer.heads() * producer.headSize()];
    for (int c = 0; c < factor.length; c++) {
      log[producer.channel(c)] += StrictMath.log(factor[c]) / producer.repeats();
    }
    float[] shared = new float[factor.length];
    for (int c = 0; c < shared.length; c++) {
      shared[c] = (float) StrictMath.exp(log[producer.channel(c)]);
    }
    return new FittedSite(fitted.site(), new Diagonal(shared), fitted.placement());
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
    List<LinearLayer> inputs = new ArrayList<>();
    for (LinearLayer linear : sublayer.inputs()) {
      inputs.add(transformed(linear, site.transform()));
    }
    return sublayer.with(sublayer.norm().scaled(factor(site.transform()))).with(inputs);
  }

  private static Sublayer foldOutput(Sublayer sublayer, FittedSite site) {
    if (site.placement() != Placement.FOLDED) {
      return sublayer;
    }
    Sublayer.Producer producer = sublayer.producer().orElseThrow();
    FloatLinear source = FloatLinear.require(sublayer.inputs().get(producer.input()));
    float[] factor = factor(site.transform());
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
    return sublayer.with(
        List.of(
            new FloatLinear(source.name(), weight, bias),
            transformed(sublayer.output(), site.transform())));
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
    return new FloatLinear(exact.name(), transform.applyToWeight(exact.weight()), exact.bias());
  }

  private static float[] factor(EquivalentTransform folded) {
    return ((Diagonal) folded).factor();
  }
}
