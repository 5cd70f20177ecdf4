package io.halftone.cli;

import io.halftone.calibration.decoder.DivergenceTuning;
import io.halftone.calibration.decoder.FloatDecoder;
import io.halftone.calibration.decoder.LanguageEvaluation;
import io.halftone.calibration.decoder.Propagation;
import io.halftone.calibration.decoder.RecipeBench;
import io.halftone.calibration.decoder.RecipeRow;
import io.halftone.cli.language.LanguageModel;
import io.halftone.cli.report.LanguageReport;
import io.halftone.core.kernel.Compute;
import io.halftone.core.scheme.DecoderScheme;
import io.halftone.quantizers.catalog.Catalog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Quantizes a language model by every recipe under every scheme, and measures each. */
@Command(
    name = "bench-recipes",
    mixinStandardHelpOptions = true,
    description = {
      "Quantizes a language model by every recipe under every scheme,",
      "and measures the perplexity that is left. Nothing is written but the report."
    })
final class BenchRecipesCommand implements Callable<Integer> {
  private static final String ROW = "%-24s %-14s %10s %9s %11s %7s %8s";

  @Mixin private Output output;
  @Mixin private ComputeOptions computeOptions;
  @Mixin private TokenOptions tokenOptions;

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = {
        "A directory with config.json and safetensors, a GGUF file,",
        "or a llama2.c checkpoint."
      })
  private Path model;

  @Option(
      names = "--recipes",
      paramLabel = "RECIPE",
      split = ",",
      defaultValue = "rtn,gptq,quantease,halftone",
      description = "Recipes of the catalogue (default: ${DEFAULT-VALUE}).")
  private List<String> recipes;

  @Option(
      names = "--schemes",
      paramLabel = "SCHEME",
      split = ",",
      defaultValue = "W4A16_G32,W3A16_G32,W2A16_G32",
      description =
          "Schemes, such as W4A16_G32, W8A8, W8A8_S, W4A4KV4_G32 or KV4 (default: ${DEFAULT-VALUE}).")
  private List<String> schemes;

  @Option(
      names = "--propagation",
      paramLabel = "KIND",
      defaultValue = "float-targets",
      description = {
        "What a layer is calibrated on: float-prefix, quantized-prefix or float-targets",
        "(default: ${DEFAULT-VALUE})."
      })
  private String propagation;

  @Option(
      names = "--tuning-epochs",
      paramLabel = "N",
      defaultValue = "0",
      description = {
        "Passes over the calibration text that tune the scales of each quantized model",
        "along the divergence from the float model (default: ${DEFAULT-VALUE})."
      })
  private int tuningEpochs;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Where results.json and report.html go (default: nowhere).")
  private Path directory;

  @Override
  public Integer call() throws IOException {
    Compute compute = computeOptions.compute();
    Propagation chosen = propagation();
    if (tuningEpochs > 0 && tokenOptions.weighted()) {
      throw new InputException(
          TokenWeightOption.NAME + " counts in statistics only; tuning takes all tokens alike");
    }
    List<Planned> plan = plan();
    try (LanguageModel opened =
        InputException.reading("the model", () -> LanguageModel.open(model))) {
      FloatDecoder exact = opened.decoder();
      TokenOptions.Split tokens = tokenOptions.split(opened, exact, compute);
      RecipeBench bench =
          new RecipeBench(
              exact, tokens.calibration(), tokens.evaluation(), LanguageEvaluation.of(compute));
      LanguageReport report = run(bench, plan, chosen);
      if (directory != null) {
        report.write(directory);
      }
      output.print(report, () -> print(report));
    }
    return 0;
  }

  private record Planned(String recipe, String name, DecoderScheme scheme) {}

  private List<Planned> plan() {
    List<Planned> plan = new ArrayList<>();
    for (String scheme : schemes) {
      DecoderScheme parsed = DecoderScheme.named(scheme);
      for (String recipe : recipes) {
        Catalog.describe(recipe);
        plan.add(new Planned(recipe, scheme, parsed));
      }
    }
    return plan;
  }

  private Propagation propagation() {
    for (Propagation kind : Propagation.values()) {
      if (kind.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(propagation)) {
        return kind;
      }
    }
    throw new InputException(
        "--propagation is '"
            + propagation
            + "', must be float-prefix, quantized-prefix or float-targets");
  }

  private Optional<DivergenceTuning> tuning() {
    return tuningEpochs == 0
        ? Optional.empty()
        : Optional.of(DivergenceTuning.epochs(tuningEpochs));
  }

  private LanguageReport run(RecipeBench bench, List<Planned> plan, Propagation chosen)
      throws IOException {
    List<RecipeRow> rows = new ArrayList<>();
    try (ProgressBar bar = ProgressBars.start("recipes", plan.size() + 1L)) {
      rows.add(bench.floatRow());
      bar.step();
      for (Planned next : plan) {
        bar.setExtraMessage(next.recipe() + " " + next.name());
        rows.add(
            bench.row(
                Catalog.named(next.recipe(), next.scheme().layers()),
                next.name(),
                next.scheme().cache(),
                chosen,
                tuning()));
        bar.step();
      }
    }
    return new LanguageReport(
        model.getFileName().toString(),
        bench.calibration().tokens(),
        bench.evaluation().tokens(),
        propagation,
        tuningEpochs,
        computeOptions.seed(),
        rows);
  }

  private void print(LanguageReport report) {
    output.line(ROW, "recipe", "scheme", "perplexity", "KL", "rel. error", "bits/w", "seconds");
    for (RecipeRow row : report.results()) {
      output.line(
          ROW,
          row.recipe(),
          row.scheme(),
          number("%.4f", row.perplexity()),
          number("%.5f", row.kl()),
          number("%.6f", row.meanRelativeOutputError()),
          number("%.3f", row.bitsPerWeight()),
          number("%.1f", row.seconds()));
    }
    output.line(
        "%s: %d calibration and %d evaluation tokens; errors are the layers' own, on float inputs",
        report.model(), report.calibrationTokens(), report.evaluationTokens());
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
