package io.halftone.cli;

import io.halftone.bridges.onnxruntime.ModelInputs;
import io.halftone.bridges.onnxruntime.OnnxActivations;
import io.halftone.calibration.SiteStatistics;
import io.halftone.core.kernel.Compute;
import io.halftone.core.model.ModelGraph;
import io.halftone.core.stats.Statistic;
import java.io.IOException;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;

/** Runs the float model over inputs and keeps the statistics of its sites. */
final class Captures {
  private Captures() {}

  static SiteStatistics collect(
      String task,
      OnnxSource source,
      ModelGraph sites,
      ModelInputs inputs,
      Set<Statistic<?>> statistics,
      Compute compute,
      int threads)
      throws IOException {
    try (ProgressBar bar = ProgressBars.start(task, inputs.batches())) {
      OnnxActivations activations =
          new OnnxActivations(
              source.path(), inputs, threads, (done, total, what) -> bar.stepTo(done));
      return SiteStatistics.collect(sites, activations, statistics, compute);
    }
  }

  /** Several sets of statistics as one, in the order of their names. */
  static Set<Statistic<?>> union(Stream<Set<Statistic<?>>> sets) {
    return sets.flatMap(Set::stream)
        .sorted(Comparator.comparing(Statistic::name))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }
}
