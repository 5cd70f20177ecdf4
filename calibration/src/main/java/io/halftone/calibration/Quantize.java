package io.halftone.calibration;

import io.halftone.core.kernel.Compute;
import io.halftone.core.model.Block;
import io.halftone.core.model.ModelGraph;
import io.halftone.core.model.TensorInfo;
import io.halftone.core.model.TransformSite;
import io.halftone.core.model.WeightSource;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.recipe.Recipe;
import io.halftone.core.stats.ActivationBatch;
import io.halftone.core.tensor.FloatMatrix;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;

/** Quantizes a single weight from code. */
public final class Quantize {
  private Quantize() {}

  /**
   * Runs a recipe on one layer, on the best kernels of this JVM, with seed 0.
   *
   * @param name of the layer, for messages and random streams
   * @param weight [out, in], read
   * @param x inputs of the layer [tokens, in], read
   * @throws io.halftone.core.spi.QuantizationException if the layer cannot be quantized as the
   *     recipe says
   * @throws IllegalArgumentException if the shapes do not agree
   */
  public static QuantizedLinear linear(
      String name, FloatMatrix weight, FloatMatrix x, Recipe recipe) {
    return linear(name, weight, x, recipe, Compute.defaults());
  }

  /**
   * Runs a recipe on one layer on the given compute, otherwise as {@link #linear(String,
   * FloatMatrix, FloatMatrix, Recipe)}.
   */
  public static QuantizedLinear linear(
      String name, FloatMatrix weight, FloatMatrix x, Recipe recipe, Compute compute) {
    if (x.cols() != weight.cols()) {
      throw new IllegalArgumentException(
          "layer "
              + name
              + ": inputs have "
              + x.cols()
              + " channels, the weight has "
              + weight.cols());
    }
    TransformSite site = TransformSite.isolated(name, weight.cols(), List.of(name));
    ModelGraph graph = new ModelGraph(List.of(new Block(name, List.of(name), List.of(site))));
    try (WeightSource weights = new SingleWeight(name, weight)) {
      SiteStatistics statistics =
          SiteStatistics.collect(
              graph,
              (sites, consumer) -> consumer.accept(name, ActivationBatch.of(x)),
              recipe.requires(),
              compute);
      return Pipeline.of(recipe, compute)
          .run(weights, graph, statistics)
          .layers()
          .get(0)
          .layer()
          .orElseThrow();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private record SingleWeight(String name, FloatMatrix weight) implements WeightSource {
    @Override
    public Set<String> names() {
      return Set.of(name);
    }

    @Override
    public TensorInfo info(String layer) {
      return new TensorInfo(layer, weight.rows(), weight.cols());
    }

    @Override
    public FloatMatrix read(String layer, int fromRow, int toRow) {
      return weight.rows(fromRow, toRow);
    }

    @Override
    public float[] bias(String layer) {
      return new float[0];
    }

    @Override
    public void close() {}
  }
}
