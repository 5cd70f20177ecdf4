package io.halftone.cli;

import io.halftone.bridges.onnxruntime.ModelInputs;
import io.halftone.bridges.onnxruntime.ModelSignature;
import io.halftone.bridges.onnxruntime.TextInputs;
import io.halftone.bridges.onnxruntime.TextOptions;
import io.halftone.calibration.Evaluation;
import io.halftone.calibration.Pipeline;
import io.halftone.calibration.QuantizedModel;
import io.halftone.calibration.SiteStatistics;
import io.halftone.cli.report.RunResult;
import io.halftone.core.kernel.Compute;
import io.halftone.core.report.LayerReport;
import io.halftone.core.report.Reports;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.stats.Statistic;
import io.halftone.core.stats.Statistics;
import io.halftone.io.onnx.WeightForm;
import io.halftone.quantizers.catalog.Catalog;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The demo's model and text, captured once, on which every recipe runs at most once per scheme.
 * Figures are of the held-out text.
 */
final class MiniLmBench implements Closeable {
  /** Recipes whose models are exported and run as well; the others stop at their layers. */
  private static final Set<String> EXPORTED = Set.of("rtn", "halftone", "smoothquant");

  private static final int CHECKED_PASSAGES = 8;

  private final Workbench bench;
  private final ModelInputs checking;
  private final Path directory;
  private final double twinCosine;
  private final Compute compute = Compute.defaults();
  private final Map<String, Measured> measured = new TreeMap<>();

  /**
   * What a recipe cost.
   *
   * @param layers number of them
   * @param outcomes labels of the layers' outcomes
   * @param meanError mean of the layers' relative output errors
   * @param cosine mean cosine of the model's embeddings to those of the float model; NaN if it was
   *     not exported
   * @param seconds spent on quantizing
   */
  record Measured(
      int layers, Set<String> outcomes, double meanError, double cosine, double seconds) {
    static Measured of(List<LayerReport> reports, double seconds) {
      Set<String> outcomes =
          reports.stream()
              .map(report -> report.outcome().label())
              .collect(Collectors.toCollection(TreeSet::new));
      double meanError =
          reports.stream().mapToDouble(LayerReport::outputRelativeError).average().orElseThrow();
      return new Measured(reports.size(), outcomes, meanError, Double.NaN, seconds);
    }

    static Measured of(RunResult run) {
      return new Measured(
          run.layers().size(),
          run.outcomes().keySet(),
          run.meanRelativeOutputError(),
          run.meanCosine(),
          run.seconds());
    }
  }

  private MiniLmBench(Workbench bench, ModelInputs checking, Path directory, double twinCosine) {
    this.bench = bench;
    this.checking = checking;
    this.directory = directory;
    this.twinCosine = twinCosine;
  }

  static MiniLmBench capture(Path directory) throws IOException {
    DemoFiles files = DemoFiles.unpack(directory);
    OnnxSource source = OnnxSource.open(files.model());
    ModelSignature signature = ModelSignature.of(source.model());
    ModelInputs heldOut =
        TextInputs.of(files.tokenizer(), files.heldOut(), signature, TextOptions.DEFAULT);
    List<String> passages = Files.readAllLines(files.heldOut()).subList(0, CHECKED_PASSAGES);
    ModelInputs checking =
        TextInputs.of(files.tokenizer(), passages, signature, TextOptions.DEFAULT);
    Workbench bench =
        new Workbench(
            source,
            calibration(files, source, signature),
            collect("measuring", source, heldOut),
            heldOut,
            Workbench.embeddings(files.model(), heldOut),
            WeightForm.MATMUL_NBITS);
    return new MiniLmBench(bench, checking, directory, bench.meanCosine(files.twin()));
  }

  private static SiteStatistics calibration(
      DemoFiles files, OnnxSource source, ModelSignature signature) throws IOException {
    try (ModelInputs inputs =
        TextInputs.of(files.tokenizer(), files.calibration(), signature, TextOptions.DEFAULT)) {
      return collect("calibrating", source, inputs);
    }
  }

  /** Collects whatever any recipe of the catalogue or a report reads. */
  private static SiteStatistics collect(String task, OnnxSource source, ModelInputs inputs)
      throws IOException {
    Stream<Set<Statistic<?>>> recipes =
        Catalog.names().stream().map(name -> Catalog.named(name, Schemes.W4A16_G32).requires());
    Set<Statistic<?>> statistics =
        Captures.union(
            Stream.concat(recipes, Stream.of(Reports.requires(), Set.of(Statistics.ABS_MAX))));
    return Captures.collect(
        task,
        source,
        source.graph(),
        inputs,
        statistics,
        Compute.defaults(),
        Runtime.getRuntime().availableProcessors());
  }

  long calibrationTokens() {
    return bench.calibration().tokens();
  }

  long heldOutTokens() {
    return bench.heldOut().tokens();
  }

  /** Mean cosine of the embeddings of the published 8-bit model to those of the float model. */
  double twinCosine() {
    return twinCosine;
  }

  /** The figures of a recipe, which is run if it has not been yet. */
  Measured measure(String recipe, String scheme) throws IOException {
    String name = scheme + " " + recipe;
    if (!measured.containsKey(name)) {
      Pipeline pipeline = Pipeline.of(Catalog.named(recipe, Schemes.named(scheme)), compute);
      measured.put(name, EXPORTED.contains(recipe) ? run(pipeline) : quantize(pipeline));
    }
    return measured.get(name);
  }

  private Measured quantize(Pipeline pipeline) throws IOException {
    OnnxSource source = bench.source();
    long start = System.nanoTime();
    QuantizedModel model = pipeline.run(source.weights(), source.graph(), bench.calibration());
    double seconds = (System.nanoTime() - start) / 1e9;
    return Measured.of(
        Evaluation.reports(model, source.weights(), bench.heldOut(), compute), seconds);
  }

  private Measured run(Pipeline pipeline) throws IOException {
    try (Workbench.Finished finished =
        bench.run(pipeline, checking, directory.resolve("quantized.onnx"))) {
      return Measured.of(finished.result());
    }
  }

  /** Everything measured so far, one line each. */
  String table() {
    StringBuilder lines = new StringBuilder();
    lines.append(
        String.format(
            Locale.ROOT,
            "%d calibration and %d held-out tokens; published int8 twin: 1 - cosine %.3e%n",
            calibrationTokens(),
            heldOutTokens(),
            1 - twinCosine));
    measured.forEach((name, figures) -> lines.append(line(name, figures)));
    return lines.toString();
  }

  private static String line(String name, Measured figures) {
    String cosine =
        Double.isNaN(figures.cosine())
            ? ""
            : String.format(Locale.ROOT, "1 - cosine %.3e", 1 - figures.cosine());
    return String.format(
        Locale.ROOT,
        "%-26s mean error %.6f  %-21s %6.1f s%n",
        name,
        figures.meanError(),
        cosine,
        figures.seconds());
  }

  @Override
  public void close() {
    bench.inputs().close();
    checking.close();
  }
}
