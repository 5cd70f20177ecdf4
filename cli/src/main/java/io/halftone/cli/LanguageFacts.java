package io.halftone.cli;

import io.halftone.calibration.decoder.LanguageScore;
import io.halftone.cli.language.LanguageModel;
import io.halftone.cli.language.LayerFacts;
import io.halftone.cli.language.QuantizationRun;
import io.halftone.cli.language.RunSettings;
import io.halftone.cli.report.Provenance;
import io.halftone.core.recipe.Recipe;
import io.halftone.core.scheme.Schemes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * What a run on a language model found.
 *
 * @param model file or directory
 * @param layout of the model
 * @param recipe name
 * @param scheme name
 * @param propagation what layers were calibrated on
 * @param format of the layers
 * @param predictions tokens measured on
 * @param perplexityBefore of the float model
 * @param perplexity of the checkpoint
 * @param divergence mean KL divergence from the float model, in nats
 * @param agreement share of tokens with the float model's most likely prediction
 * @param meanWeightRelativeError mean of the quantized layers' ‖W − Ŵ‖² / ‖W‖²
 * @param meanRelativeOutputError mean of the quantized layers' relative output errors on their
 *     inputs in the calibration
 * @param bitsPerWeight of the linears, scales and zero points counted
 * @param resumedBlocks blocks that an earlier run had finished
 * @param fileBytes of the checkpoint
 * @param secondsPerBlock mean of the blocks quantized in this run; 0 if there was none
 * @param seconds wall-clock time
 * @param sha256 of the checkpoint's files in the order of their names
 * @param outcomes number of layers by outcome
 * @param layers in the order they run
 * @param provenance what is needed to obtain the same bytes again
 */
record LanguageFacts(
    String model,
    String layout,
    String recipe,
    String scheme,
    String propagation,
    String format,
    long predictions,
    double perplexityBefore,
    double perplexity,
    double divergence,
    double agreement,
    double meanWeightRelativeError,
    double meanRelativeOutputError,
    double bitsPerWeight,
    int resumedBlocks,
    long fileBytes,
    double secondsPerBlock,
    double seconds,
    String sha256,
    Map<String, Long> outcomes,
    List<LayerFacts> layers,
    Provenance provenance) {
  private static final int HASH_DIGITS = 12;
  private static final String SKIPPED = "skipped";
  private static final String ROW = "%-44s %-12s %14s %14s %8s";

  static LanguageFacts of(
      LanguageModel model,
      RunSettings settings,
      QuantizationRun.Result result,
      List<Path> files,
      Provenance provenance,
      double secondsPerBlock,
      double seconds)
      throws IOException {
    List<LayerFacts> layers = result.manifest().layers();
    LanguageScore after = result.after();
    long bytes = 0;
    for (Path file : files) {
      bytes += Files.size(file);
    }
    Recipe recipe = settings.pipeline().recipe();
    return new LanguageFacts(
        model.path().getFileName().toString(),
        model.layout(),
        recipe.name(),
        Schemes.nameOf(recipe.scheme()),
        LanguageOptions.spelled(settings.propagation()),
        settings.format().id(),
        after.predictions(),
        result.before().perplexity(),
        after.perplexity(),
        after.divergence(),
        after.agreement(),
        mean(layers, LayerFacts::weightRelativeError),
        mean(layers, LayerFacts::outputRelativeError),
        bits(layers),
        result.resumed(),
        bytes,
        secondsPerBlock,
        seconds,
        Sha256.of(files),
        layers.stream()
            .collect(
                Collectors.groupingBy(LayerFacts::outcome, TreeMap::new, Collectors.counting())),
        layers,
        provenance);
  }

  private static double mean(List<LayerFacts> layers, ToDoubleFunction<LayerFacts> figure) {
    return layers.stream()
        .filter(layer -> !layer.outcome().equals(SKIPPED))
        .mapToDouble(figure)
        .average()
        .orElse(0);
  }

  private static double bits(List<LayerFacts> layers) {
    double weights = layers.stream().mapToDouble(layer -> (double) layer.out() * layer.in()).sum();
    return layers.stream()
            .mapToDouble(layer -> layer.bitsPerWeight() * layer.out() * layer.in())
            .sum()
        / weights;
  }

  void print(Output output) {
    output.line(ROW, "layer", "outcome", "weight error", "output error", "bits/w");
    for (LayerFacts layer : layers) {
      output.line(
          "%-44s %-12s %14.6f %14.6f %8.3f",
          layer.layer(),
          layer.outcome(),
          layer.weightRelativeError(),
          layer.outputRelativeError(),
          layer.bitsPerWeight());
    }
    output.line("");
    output.line(
        "%s %s, %s, %s: mean output error %.6f, %.3f bits per weight, %.1f MB, %.1f s (%.1f s a"
            + " block), sha256 %s",
        recipe,
        scheme,
        propagation,
        format,
        meanRelativeOutputError,
        bitsPerWeight,
        fileBytes / 1e6,
        seconds,
        secondsPerBlock,
        sha256.substring(0, HASH_DIGITS));
    output.line(
        "perplexity %.4f, float %.4f; KL divergence %.5f; same first choice %.2f %% (%d tokens)",
        perplexity, perplexityBefore, divergence, 100 * agreement, predictions);
  }
}
