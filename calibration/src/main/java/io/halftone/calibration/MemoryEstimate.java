package io.halftone.calibration;

import io.halftone.core.model.ModelGraph;
import io.halftone.core.model.TensorInfo;
import io.halftone.core.model.TransformSite;
import io.halftone.core.model.WeightSource;
import io.halftone.core.recipe.Recipe;
import io.halftone.core.recipe.Step;
import io.halftone.core.stats.Statistics;

/**
 * The heap that quantizing a model takes, in bytes; the one place where the bound is stated.
 *
 * <p>For layers [out, in] and sites of in channels:
 *
 * <ul>
 *   <li>statistics: 8·in² per site and collection if any part reads the Gram matrix, and at most 4
 *       KiB·in for the others;
 *   <li>results: 2·out·in per layer for its codes;
 *   <li>working, the largest of all layers, since one is quantized at a time: 22·out·in (the
 *       weight, its transformed and its permuted copy, residuals and their products, codes) and
 *       14·in² (the transformed Gram matrix, its factor packed in double, the same packed in
 *       float). GPTQ alone takes 10·out·in and 6·in² of it;
 *   <li>scaling, if a recipe fits transforms: 4·out·in for every weight, since scales may be chosen
 *       for all sites together.
 * </ul>
 *
 * @param statistics of all sites
 * @param results codes of all layers
 * @param working of the largest layer
 * @param scaling weights held while transforms are fitted
 */
public record MemoryEstimate(long statistics, long results, long working, long scaling) {
  private static final long GRAM = 8;
  private static final long OTHER_STATISTICS = 4096;
  private static final long CODE = 2;
  private static final long WORKING_PER_WEIGHT = 22;
  private static final long WORKING_PER_GRAM = 14;

  /**
   * Estimates a run.
   *
   * @param weights asked for shapes only
   * @param collections sets of statistics held at once, such as 2 for calibration and held-out
   */
  public static MemoryEstimate of(
      ModelGraph graph, WeightSource weights, Recipe recipe, int collections) {
    long statistics = 0;
    for (TransformSite site : graph.sites()) {
      long in = site.size();
      statistics += collections * in * (GRAM * in + OTHER_STATISTICS);
    }
    boolean transforms = recipe.steps().stream().anyMatch(Step.FitTransforms.class::isInstance);
    boolean gram = recipe.requires().contains(Statistics.GRAM);
    long results = 0;
    long working = 0;
    long scaling = 0;
    for (String name : graph.linears()) {
      TensorInfo info = weights.info(name);
      long size = (long) info.rows() * info.cols();
      results += CODE * size;
      scaling += transforms ? Float.BYTES * size : 0;
      long square = gram ? WORKING_PER_GRAM * info.cols() * info.cols() : 0;
      working = Math.max(working, WORKING_PER_WEIGHT * size + square);
    }
    return new MemoryEstimate(statistics, results, working, scaling);
  }

  /** Bytes in all; fitting transforms and quantizing layers do not overlap. */
  public long total() {
    return statistics + Math.max(scaling, results) + working;
  }
}
