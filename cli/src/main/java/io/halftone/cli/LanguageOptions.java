package io.halftone.cli;

import io.halftone.calibration.decoder.Propagation;
import io.halftone.cli.language.RunFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What only a run on a language model has. */
final class LanguageOptions {
  private static final List<String> NAMES =
      List.of("--propagation", "--format", "--resume", "--extrapolate", TokenWeightOption.NAME);

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Mixin private TokenWeightOption tokenWeights;

  @Option(
      names = "--propagation",
      paramLabel = "KIND",
      defaultValue = "quantized-prefix",
      description =
          "Language models: what a layer is calibrated on: float-prefix, quantized-prefix or float-targets (default: ${DEFAULT-VALUE}).")
  private String propagation;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "pack-quantized",
      description =
          "Language models: how layers are written: pack-quantized, int-quantized, float-quantized, naive-quantized, gptq, gptq_v2 or awq; or gguf-q4_0, gguf-q4_k, ... for a GGUF file whose codes the recipe finds inside its blocks (default: ${DEFAULT-VALUE}).")
  private String format;

  @Option(
      names = "--resume",
      description =
          "Language models: go on where a run with the same inputs was ended; the result has the same bytes.")
  private boolean resume;

  @Option(
      names = "--extrapolate",
      paramLabel = "BLOCKS",
      description =
          "Language models: say at the end how long so many such blocks would take, for a model of which only a few blocks are there.")
  private Integer extrapolated;

  /** Number of blocks whose time is to be extrapolated, if any. */
  OptionalInt extrapolated() {
    if (extrapolated != null && extrapolated < 1) {
      throw new InputException("--extrapolate is " + extrapolated + ", must be at least 1");
    }
    return extrapolated == null ? OptionalInt.empty() : OptionalInt.of(extrapolated);
  }

  Propagation propagation() {
    for (Propagation known : Propagation.values()) {
      if (spelled(known).equals(propagation.toLowerCase(Locale.ROOT))) {
        return known;
      }
    }
    throw new InputException(
        "--propagation is '"
            + propagation
            + "'; known are "
            + Arrays.stream(Propagation.values())
                .map(LanguageOptions::spelled)
                .collect(Collectors.joining(", ")));
  }

  static String spelled(Propagation propagation) {
    return propagation.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  RunFormat format() {
    return RunFormat.named(format);
  }

  TokenWeightOption tokenWeights() {
    return tokenWeights;
  }

  boolean resume() {
    return resume;
  }

  /** Refuses these options for another kind of model. */
  void requireNone() {
    requireNone(spec, NAMES, "a language model");
  }

  /** Refuses options that were given on the command line. */
  static void requireNone(CommandSpec spec, List<String> names, String kind) {
    for (String name : names) {
      if (spec.commandLine().getParseResult().hasMatchedOption(name)) {
        throw new InputException(name + " is for " + kind + ", which this is not");
      }
    }
  }
}
