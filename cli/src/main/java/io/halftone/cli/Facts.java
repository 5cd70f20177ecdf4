package io.halftone.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.halftone.calibration.FittedSite;
import io.halftone.calibration.LayerResult;
import io.halftone.calibration.Placement;
import io.halftone.calibration.QuantizedModel;
import io.halftone.calibration.SiteStatistics;
import io.halftone.cli.report.InputFile;
import io.halftone.cli.report.Provenance;
import io.halftone.cli.report.RecipeText;
import io.halftone.cli.report.RunResult;
import io.halftone.core.kernel.Compute;
import io.halftone.core.model.TensorInfo;
import io.halftone.core.model.WeightSource;
import io.halftone.core.recipe.Recipe;
import io.halftone.core.report.LayerReport;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.stats.CollectedStatistics;
import io.halftone.core.stats.Statistics;
import io.halftone.io.recipe.RecipeJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Turns what a run found into the records of the report. */
final class Facts {
  private static final int DIGESTED = 4096;

  private Facts() {}

  /** One recipe's results. */
  static RunResult run(
      QuantizedModel model,
      WeightSource weights,
      List<LayerReport> reports,
      SiteStatistics statistics,
      StagedModel staged,
      double meanCosine,
      double seconds)
      throws IOException {
    return RunResult.of(
        model.recipe().name(),
        Schemes.nameOf(model.recipe().scheme()),
        meanCosine,
        staged.bytes(),
        seconds,
        Sha256.of(staged.files()),
        layers(model, weights, reports, statistics));
  }

  private static List<io.halftone.cli.report.LayerResult> layers(
      QuantizedModel model,
      WeightSource weights,
      List<LayerReport> reports,
      SiteStatistics statistics)
      throws IOException {
    Map<String, LayerReport> byLayer =
        reports.stream().collect(Collectors.toMap(LayerReport::layer, Function.identity()));
    List<io.halftone.cli.report.LayerResult> results = new ArrayList<>();
    for (LayerResult layer : model.layers()) {
      FittedSite site = model.siteOf(layer.name());
      double outliers = outlierRatio(statistics, site);
      LayerReport report = byLayer.get(layer.name());
      results.add(
          report == null
              ? left(layer, weights.info(layer.name()), outliers)
              : measured(report, site, outliers));
    }
    return results;
  }

  private static io.halftone.cli.report.LayerResult measured(
      LayerReport report, FittedSite site, double outliers) {
    return new io.halftone.cli.report.LayerResult(
        report.layer(),
        report.out(),
        report.in(),
        report.outcome(),
        report.outputRelativeError(),
        report.outputSqnrDb(),
        report.outputCosine(),
        report.saturationRate(),
        report.zeroRate(),
        report.bitsPerWeight(),
        report.time().toNanos() / 1e6,
        site.placement(),
        outliers);
  }

  /** A layer without a report keeps its float weights. */
  private static io.halftone.cli.report.LayerResult left(
      LayerResult layer, TensorInfo weight, double outliers) {
    return new io.halftone.cli.report.LayerResult(
        layer.name(),
        weight.rows(),
        weight.cols(),
        layer.outcome(),
        0,
        Double.POSITIVE_INFINITY,
        1,
        0,
        0,
        Float.SIZE,
        0,
        Placement.NONE,
        outliers);
  }

  /** Largest over median of the input channels' largest magnitudes; NaN where none were kept. */
  private static double outlierRatio(SiteStatistics statistics, FittedSite site) {
    if (!statistics.bySite().containsKey(site.site().id())) {
      return Double.NaN;
    }
    float[] sorted = statistics.at(site.site().id()).get(Statistics.ABS_MAX).clone();
    Arrays.sort(sorted);
    float median = sorted[sorted.length / 2];
    return median == 0 ? Double.NaN : sorted[sorted.length - 1] / (double) median;
  }

  /** What a reader needs to obtain the same bytes again; ONNX Runtime computed too. */
  static Provenance provenance(
      Compute compute, int threads, List<InputFile> inputs, List<Recipe> recipes)
      throws IOException {
    String runtime = "ONNX Runtime " + io.halftone.bridges.onnxruntime.OnnxRuntime.version();
    return provenance(runtime, compute, threads, inputs, recipes);
  }

  /**
   * What a reader needs to obtain the same bytes again.
   *
   * @param runtime that computed beside Halftone, or empty
   */
  static Provenance provenance(
      String runtime, Compute compute, int threads, List<InputFile> inputs, List<Recipe> recipes)
      throws IOException {
    List<RecipeText> texts = new ArrayList<>();
    for (Recipe recipe : recipes) {
      texts.add(
          new RecipeText(
              recipe.name(),
              Schemes.nameOf(recipe.scheme()),
              new ObjectMapper().readTree(RecipeJson.write(recipe))));
    }
    return new Provenance(
        Version.current(),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("os.arch"),
        runtime,
        compute.kernels().name(),
        compute.algebra().name(),
        compute.seed(),
        threads,
        inputs,
        texts);
  }

  /**
   * The Gram matrices of all sites as one input: what differs when the runtime captured other
   * activations.
   */
  static InputFile captured(String role, SiteStatistics statistics) {
    MessageDigest digest = Sha256.digest();
    long bytes = 0;
    for (CollectedStatistics site : statistics.bySite().values()) {
      double[] values = site.get(Statistics.GRAM).sum().values();
      ByteBuffer row = ByteBuffer.allocate(DIGESTED * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (int from = 0; from < values.length; from += DIGESTED) {
        int count = Math.min(DIGESTED, values.length - from);
        row.asDoubleBuffer().put(values, from, count);
        digest.update(row.array(), 0, count * Double.BYTES);
      }
      bytes += (long) values.length * Double.BYTES;
    }
    return new InputFile(role, "Gram matrices", bytes, HexFormat.of().formatHex(digest.digest()));
  }

  static InputFile input(String role, Path file) throws IOException {
    return new InputFile(role, file.getFileName().toString(), Files.size(file), Sha256.of(file));
  }
}
