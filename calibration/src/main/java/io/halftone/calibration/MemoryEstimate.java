package io.halftone.calibration;

import io.halftone.core.model.ModelGraph;
import io.halftone.core.model.TensorInfo;
import io.halftone.core.model.TransformSite;
import io.halftone.core.model.WeightSource;
import io.halftone.core.stats.Statistic;
import java.util.List;
import java.util.Set;

/**
 * The heap that quantizing and measuring the chosen layers of a model takes, in bytes: an upper
 * bound of what is held at the peak.
 *
 * <p>For layers [out, in] and sites of in channels:
 *
 * <ul>
 *   <li>statistics, held to the end: 8·in² per site and collection for the Gram matrix, 4·512·in
 *       for sampled tokens, if they are collected;
 *   <li>results: 2·out·in per layer for its codes, and its grid;
 *   <li>fitting, before there are results: 4·out·in for every weight, since transforms may be
 *       chosen for all sites together, and what the largest site's part says ({@link
 *       io.halftone.core.spi.TransformFitter#workingBytes});
 *   <li>quantizing, the largest of all layers, since one is quantized at a time: its weight and
 *       what the quantizer says ({@link io.halftone.core.spi.LinearQuantizer#workingBytes}); GPTQ
 *       max(6·in², 2·in² + 6·out·in);
 *   <li>measuring, likewise: weight, decoded weight, their difference, its products, 16·out·in in
 *       all, and the Gram matrix in float, 4·in²; 8·out·in and 8·in² more with transforms; or the
 *       packed layers of the model to be written, at most out·in each.
 * </ul>
 *
 * @param statistics of all sites with a chosen layer
 * @param results codes of all chosen layers
 * @param fitting weights and working memory while transforms are fitted
 * @param quantizing the largest layer
 * @param measuring the largest layer, or writing all
 */
public record MemoryEstimate(
    long statistics, long results, long fitting, long quantizing, long measuring) {
  private static final long MEASURED_FLOATS = 4;
  private static final long TURNED_FLOATS = 2;

  /**
   * Estimates a run.
   *
   * @param weights asked for shapes only; a read is a copy
   * @param collected statistics of every site
   * @param collections sets of statistics held at once, such as 2 for calibration and held-out
   */
  public static MemoryEstimate of(
      ModelGraph graph,
      WeightSource weights,
      Pipeline pipeline,
      Set<Statistic<?>> collected,
      int collections) {
    PipelineMemory memory = new PipelineMemory(pipeline, collected);
    List<TransformSite> sites = pipeline.chosen(graph).sites();
    long statistics = 0;
    for (TransformSite site : sites) {
      statistics += collections * memory.statistics(site.size());
    }
    long results = 0;
    long quantizing = 0;
    long measuring = 0;
    long all = 0;
    for (String name : graph.linears()) {
      if (pipeline.quantizes(name)) {
        TensorInfo info = weights.info(name);
        long weight = Float.BYTES * (long) info.rows() * info.cols();
        all += weight;
        results += memory.result(info);
        quantizing = Math.max(quantizing, weight + memory.quantizing(info));
        measuring = Math.max(measuring, measuring(info, pipeline.transforms()));
      }
    }
    measuring = Math.max(measuring, all / Float.BYTES);
    long fitting =
        pipeline.transforms()
            ? all
                + memory.fitting(
                    sites.stream()
                        .filter(site -> site.consumers().stream().allMatch(pipeline::quantizes))
                        .toList(),
                    weights)
            : 0;
    return new MemoryEstimate(statistics, results, fitting, quantizing, measuring);
  }

  private static long measuring(TensorInfo layer, boolean transforms) {
    long weights = (long) layer.rows() * layer.cols();
    long square = (long) layer.cols() * layer.cols();
    long turned = transforms ? TURNED_FLOATS * Float.BYTES * weights + Double.BYTES * square : 0;
    return MEASURED_FLOATS * Float.BYTES * weights
        + Float.BYTES * square
        + PipelineMemory.panels(layer)
        + turned;
  }

  /** Bytes held at the peak; fitting, quantizing and measuring do not overlap. */
  public long total() {
    return statistics + Math.max(fitting, results + Math.max(quantizing, measuring));
  }
}
