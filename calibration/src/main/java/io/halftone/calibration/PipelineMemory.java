package io.halftone.calibration;

import io.halftone.core.kernel.Kernels;
import io.halftone.core.model.TensorInfo;
import io.halftone.core.model.TransformSite;
import io.halftone.core.model.WeightSource;
import io.halftone.core.recipe.Step;
import io.halftone.core.spi.LayerSize;
import io.halftone.core.stats.Statistic;
import io.halftone.core.stats.Statistics;
import java.util.List;
import java.util.Set;

/**
 * The heap that the steps of a pipeline take, in bytes: upper bounds, of which the larger models'
 * are near.
 *
 * @param pipeline of which layers, steps and scheme are asked
 * @param collected statistics of every site
 */
public record PipelineMemory(Pipeline pipeline, Set<Statistic<?>> collected) {
  private static final long MEBIBYTE = 1 << 20;

  /** What the virtual machine and the constants of its classes take; 12 to 20 were measured. */
  private static final long BASE = 24 * MEBIBYTE;

  /**
   * The share that is lost because an array longer than half a region of the heap occupies whole
   * regions; with tiles of a few regions each 4 to 6 % were measured.
   */
  private static final int REGIONS = 16;

  /** Bytes of a channel's statistics other than the Gram matrix, and of 512 sampled tokens. */
  private static final long OTHER_STATISTICS = 64 + 512 * Float.BYTES;

  /** Tokens that are packed together when they are added to a Gram matrix. */
  private static final long GRAM_TOKENS = 2048;

  /** The heap in which so many bytes can be held. */
  public static long heap(long bytes) {
    return bytes + bytes / REGIONS + BASE;
  }

  /** What a site's statistics take: 8·in² for the Gram matrix, if it is collected. */
  public long statistics(long channels) {
    return channels * OTHER_STATISTICS + gram(channels);
  }

  private long gram(long channels) {
    return collected.contains(Statistics.GRAM) ? Double.BYTES * channels * channels : 0;
  }

  /** What adding a batch to a site's statistics takes. */
  public long collecting(long channels) {
    return collected.contains(Statistics.GRAM) ? Float.BYTES * GRAM_TOKENS * channels : 0;
  }

  /** What a quantized layer takes: 2·out·in for its codes, and its grid. */
  public long result(TensorInfo layer) {
    return Short.BYTES * size(layer).weights() + size(layer).gridBytes();
  }

  /**
   * What quantizing a layer takes beside its weight and the site's statistics: what its quantizer
   * says, panels of matrix products, and with a transform that stays online the turned weight and
   * the turned Gram matrix.
   *
   * @return 0 if no step quantizes the layer
   */
  public long quantizing(TensorInfo layer) {
    LayerSize size = size(layer);
    long turned = pipeline.transforms() ? Float.BYTES * size.weights() + gram(size.in()) : 0;
    return pipeline
        .quantizer(layer.name())
        .map(part -> turned + panels(layer) + part.workingBytes(size))
        .orElse(0L);
  }

  /** What the panels of a product with a layer's weight take. */
  public static long panels(TensorInfo layer) {
    return (long) Float.BYTES * Kernels.PANEL_DEPTH * ((long) layer.rows() + 2L * layer.cols());
  }

  /**
   * What fitting the transforms of sites takes beside statistics and weights: the most that any
   * part says for any site, and the turned weights that later parts see.
   *
   * @param sites fitted together
   * @param weights asked for shapes
   */
  public long fitting(List<TransformSite> sites, WeightSource weights) {
    long most = 0;
    long turned = 0;
    int parts = 0;
    for (Step step : pipeline.recipe().steps()) {
      if (step instanceof Step.FitTransforms fit) {
        parts++;
        for (TransformSite site : sites) {
          List<LayerSize> consumers =
              site.consumers().stream().map(name -> size(weights.info(name))).toList();
          long before = parts > 1 ? gram(site.size()) : 0;
          most = Math.max(most, before + fit.part().workingBytes(consumers));
        }
      }
    }
    for (TransformSite site : sites) {
      for (String name : site.consumers()) {
        turned += parts > 1 ? Float.BYTES * size(weights.info(name)).weights() : 0;
      }
    }
    return parts == 0 ? 0 : most + turned;
  }

  private LayerSize size(TensorInfo layer) {
    return LayerSize.of(layer.rows(), layer.cols(), pipeline.recipe().scheme().weight());
  }
}
