package io.halftone.calibration.decoder;

import io.halftone.calibration.FittedSite;
import io.halftone.calibration.LayerResult;
import io.halftone.calibration.Pipeline;
import io.halftone.calibration.SiteStatistics;
import io.halftone.core.kernel.Compute;
import io.halftone.core.model.TransformSite;
import io.halftone.core.stats.Statistic;
import io.halftone.core.stats.Statistics;
import io.halftone.core.stats.StatisticsView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Quantizes half a block: fits and merges the transforms of both sites, then quantizes the linears
 * of the first, then, on what they give, the linear of the second.
 */
final class SublayerRun {
  private final Pipeline pipeline;
  private final PrefixStreams streams;
  private final KeyValueCache cache;
  private final Sublayer exact;
  private final SiteObserver observer;
  private final SiteCapture capture;

  SublayerRun(
      Pipeline pipeline,
      PrefixStreams streams,
      KeyValueCache cache,
      Sublayer exact,
      SiteObserver observer) {
    this.pipeline = pipeline;
    this.streams = streams;
    this.cache = cache;
    this.exact = exact;
    this.observer = observer;
    this.capture =
        new SiteCapture(
            streams.stream(),
            1,
            statistics(pipeline, streams.reference().isPresent(), observer.requires()),
            pipeline.compute());
  }

  /**
   * What is collected at a site.
   *
   * @param targets whether weights are corrected towards the float model's outputs
   * @param observed what an observer reads
   */
  static Set<Statistic<?>> statistics(
      Pipeline pipeline, boolean targets, Set<Statistic<?>> observed) {
    Set<Statistic<?>> statistics = new LinkedHashSet<>(pipeline.recipe().requires());
    statistics.addAll(observed);
    if (targets) {
      statistics.add(Statistics.GRAM);
    }
    return statistics;
  }

  QuantizedSublayer run() throws IOException {
    FittedSite input = FittedSite.untouched(Folds.inputSite(exact));
    FittedSite output = FittedSite.untouched(Folds.outputSite(exact));
    if (pipeline.transforms()) {
      List<TransformSite> sites = List.of(input.site(), output.site());
      List<FittedSite> fitted =
          pipeline.fit(new SublayerWeights(exact), sites, capture.of(exact, sites));
      input = fitted.get(0);
      output = Folds.tied(exact, fitted.get(1));
    }
    Sublayer folded = Folds.apply(exact, input, output);
    List<LayerResult> results = new ArrayList<>(quantize(folded, folded, input));
    Sublayer emulated = QuantizedSublayer.emulated(folded, results);
    KeyValueCache fitted = cache.fitted(emulated, streams.stream(), pipeline.compute());
    Sublayer running = streams.running(folded, emulated.with(fitted));
    results.addAll(quantize(folded, running, output));
    return new QuantizedSublayer(input, output, results);
  }

  /**
   * Quantizes the consumers of a site.
   *
   * @param folded the float sublayer
   * @param running what the calibration tokens run through up to the site
   */
  private List<LayerResult> quantize(Sublayer folded, Sublayer running, FittedSite site)
      throws IOException {
    if (site.site().consumers().stream().noneMatch(pipeline::quantizes)) {
      return unquantized(folded, site);
    }
    Compute compute = pipeline.compute();
    SiteStatistics statistics = capture.of(running, List.of(site.site()));
    StatisticsView stats = statistics.at(site.site().id());
    SublayerWeights weights =
        new SublayerWeights(streams.aimed(folded, running, site.site(), statistics, compute));
    List<LayerResult> results = new ArrayList<>();
    for (String name : site.site().consumers()) {
      results.add(pipeline.quantize(name, site.merged(), weights, stats));
    }
    observer.quantized(results, new SublayerWeights(folded), stats, compute);
    return results;
  }

  /** Nothing is read of a site where no layer is quantized. */
  private List<LayerResult> unquantized(Sublayer folded, FittedSite site) throws IOException {
    SublayerWeights weights = new SublayerWeights(folded);
    List<LayerResult> results = new ArrayList<>();
    for (String name : site.site().consumers()) {
      results.add(pipeline.quantize(name, site, weights, StatisticsView.NONE));
    }
    return results;
  }
}
