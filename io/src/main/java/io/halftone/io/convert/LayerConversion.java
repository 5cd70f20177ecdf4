package io.halftone.io.convert;

import io.halftone.core.quantized.Branch;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.transform.Identity;
import java.util.List;
import java.util.Optional;

/**
 * A layer said in another format.
 *
 * @param layer in the format's scheme
 * @param loss what is lost and how much; empty where every value stays to the bit
 */
record LayerConversion(QuantizedLinear layer, Optional<LayerLoss> loss) {

  /**
   * Converts a layer: exactly if the grids allow it, else with the same codes and rounded scales,
   * else on a new grid.
   *
   * @param symmetric whether every zero point of the checkpoint is the middle code
   */
  static LayerConversion of(QuantizedLinear source, TargetFormat format, boolean symmetric) {
    GridTensor tensor = weight(source);
    LayerScheme target = format.nearest(scheme(source), symmetric);
    String obstacle = "";
    if (!source.input().equals(target.input())) {
      obstacle = "quantized inputs, which " + format.id() + " leaves in float";
    }
    Regrid.Result exact = Regrid.exactly(tensor, target.weight());
    if (exact.tensor().isPresent()) {
      QuantizedLinear said = with(source, exact.tensor().get(), target);
      Optional<String> refused = format.codec().obstacle(said);
      if (refused.isEmpty()) {
        return obstacle.isEmpty()
            ? new LayerConversion(said, Optional.empty())
            : new LayerConversion(said, Optional.of(LayerLoss.of(obstacle, source, said)));
      }
      obstacle = refused.get();
    } else {
      obstacle = exact.obstacle();
      Optional<QuantizedLinear> rounded = rounded(source, target, format);
      if (rounded.isPresent()) {
        return new LayerConversion(
            rounded.get(), Optional.of(LayerLoss.of(obstacle, source, rounded.get())));
      }
    }
    QuantizedLinear fresh = fresh(source, target);
    format
        .codec()
        .obstacle(fresh)
        .ifPresent(
            why -> {
              throw new IllegalArgumentException(
                  "layer "
                      + source.name()
                      + " cannot be converted to "
                      + format.id()
                      + ", not even with loss: it has "
                      + why);
            });
    return new LayerConversion(fresh, Optional.of(LayerLoss.of(obstacle, source, fresh)));
  }

  static GridTensor weight(QuantizedLinear layer) {
    return (GridTensor) layer.branches().get(0).weight();
  }

  static LayerScheme scheme(QuantizedLinear layer) {
    return new LayerScheme(weight(layer).scheme(), layer.input());
  }

  private static Optional<QuantizedLinear> rounded(
      QuantizedLinear source, LayerScheme target, TargetFormat format) {
    GridTensor scales = Requantization.withRoundedScales(weight(source), target.weight().scale());
    return Regrid.exactly(scales, target.weight())
        .tensor()
        .map(tensor -> with(source, tensor, target))
        .filter(format.codec()::canEncode);
  }

  private static QuantizedLinear fresh(QuantizedLinear source, LayerScheme target) {
    GridTensor tensor = Requantization.nearest(source.decode(), target.weight());
    return with(source.withOnline(new Identity(source.in())), tensor, target);
  }

  private static QuantizedLinear with(
      QuantizedLinear source, GridTensor tensor, LayerScheme target) {
    return new QuantizedLinear(
        source.name(),
        source.online(),
        List.of(new Branch(target.input(), tensor)),
        source.bias(),
        source.outcome());
  }
}
