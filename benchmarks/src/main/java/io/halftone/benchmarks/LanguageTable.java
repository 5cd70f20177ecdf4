package io.halftone.benchmarks;

import io.halftone.calibration.decoder.DivergenceTuning;
import io.halftone.calibration.decoder.FloatDecoder;
import io.halftone.calibration.decoder.LanguageEvaluation;
import io.halftone.calibration.decoder.Propagation;
import io.halftone.calibration.decoder.RecipeBench;
import io.halftone.calibration.decoder.RecipeRow;
import io.halftone.calibration.decoder.TokenSequences;
import io.halftone.core.format.Formats;
import io.halftone.core.kernel.Compute;
import io.halftone.core.recipe.Recipe;
import io.halftone.core.scheme.DecoderScheme;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.io.llama2c.Llama2cFile;
import io.halftone.io.npy.NpyArray;
import io.halftone.io.npy.NpyFile;
import io.halftone.quantizers.catalog.Catalog;
import io.halftone.quantizers.grids.MinMax;
import io.halftone.quantizers.rounding.ColumnOrder;
import io.halftone.quantizers.rounding.Gptq;
import io.halftone.quantizers.rounding.GroupFit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Prints the perplexity of a language model for recipes, schemes and propagations.
 *
 * <p>The first 128 token rows calibrate, the next 64 evaluate. Scales are stored in float32, so
 * that the figures compare with those of programs that do not round them.
 */
public final class LanguageTable {
  private static final int CALIBRATION_ROWS = 128;
  private static final int EVALUATION_ROWS = 64;

  private final RecipeBench bench;

  LanguageTable(FloatDecoder exact, List<int[]> rows) {
    TokenSequences calibration = new TokenSequences(rows.subList(0, CALIBRATION_ROWS));
    TokenSequences evaluation =
        new TokenSequences(rows.subList(CALIBRATION_ROWS, CALIBRATION_ROWS + EVALUATION_ROWS));
    this.bench =
        new RecipeBench(exact, calibration, evaluation, LanguageEvaluation.of(Compute.defaults()));
  }

  /**
   * Runs the table.
   *
   * @param args llama2.c checkpoint; tokens as an int32 .npy file [rows, length]; then, separated
   *     by commas, recipes, schemes and propagations; then, if the models are to be tuned, a number
   *     of epochs. {@code gptq-on-the-way} is GPTQ whose groups are fitted when their first column
   *     is reached.
   * @throws IOException if a file cannot be read
   */
  public static void main(String[] args) throws IOException {
    if (args.length != 5 && args.length != 6) {
      throw new IllegalArgumentException(
          "give checkpoint, tokens, recipes, schemes, propagations and perhaps epochs, not "
              + args.length);
    }
    try (Llama2cFile file = Llama2cFile.open(Path.of(args[0]))) {
      FloatDecoder model = FloatDecoder.of(file.config().decoder(), file);
      LanguageTable table = new LanguageTable(model, rows(Path.of(args[1])));
      print(
          "%-16s %-12s %-17s %10s %9s %9s %6s %7s",
          "recipe", "scheme", "propagation", "perplexity", "KL", "error", "bits", "seconds");
      print("%-16s %-12s %-17s %10.4f", "float", "F32", "", table.measureFloat().perplexity());
      for (String scheme : args[3].split(",", -1)) {
        for (String recipe : args[2].split(",", -1)) {
          for (String propagation : args[4].split(",", -1)) {
            Propagation kind = constant(propagation);
            table.print(recipe, scheme, kind, table.measure(recipe, scheme, kind, tuning(args)));
          }
        }
      }
    }
  }

  private static Optional<DivergenceTuning> tuning(String[] args) {
    return args.length == 6
        ? Optional.of(DivergenceTuning.epochs(Integer.parseInt(args[5])))
        : Optional.empty();
  }

  private static Propagation constant(String name) {
    return Propagation.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  static List<int[]> rows(Path file) throws IOException {
    NpyArray array = NpyFile.readArray(file);
    List<int[]> rows = new ArrayList<>();
    for (int r = 0; r < array.shape()[0]; r++) {
      int[] row = new int[array.shape()[1]];
      array.data().asIntBuffer().get(r * row.length, row);
      rows.add(row);
    }
    return rows;
  }

  /**
   * Measures one recipe.
   *
   * @param name of the catalogue, or {@code gptq-on-the-way}
   * @param schemeName of layers, cache or both
   * @param propagation what layers are calibrated on
   * @param tuning of the quantized model, if any
   */
  RecipeRow measure(
      String name, String schemeName, Propagation propagation, Optional<DivergenceTuning> tuning)
      throws IOException {
    DecoderScheme scheme = DecoderScheme.named(schemeName);
    Recipe recipe = recipe(name, exactScales(scheme.layers()));
    return bench.row(recipe, schemeName, scheme.cache(), propagation, tuning);
  }

  /** The row of the float model. */
  RecipeRow measureFloat() throws IOException {
    return bench.floatRow();
  }

  private void print(String name, String scheme, Propagation propagation, RecipeRow row) {
    print(
        "%-16s %-12s %-17s %10.4f %9.5f %9.5f %6.3f %7.1f",
        name,
        scheme,
        propagation,
        row.perplexity(),
        row.kl(),
        row.meanRelativeOutputError(),
        row.bitsPerWeight(),
        row.seconds());
  }

  private static LayerScheme exactScales(LayerScheme preset) {
    TensorScheme weight = preset.weight();
    if (weight.isFull()) {
      return preset;
    }
    return new LayerScheme(
        new TensorScheme(
            weight.format(),
            weight.granularity(),
            new ScaleSpec.Stored(Formats.F32),
            weight.zeroPoint(),
            weight.timing()),
        preset.input());
  }

  private static Recipe recipe(String name, LayerScheme scheme) {
    if (name.equals("gptq-on-the-way")) {
      return Recipe.of(name, scheme)
          .quantize(new Gptq(0.01, 128, ColumnOrder.NATURAL, GroupFit.ON_THE_WAY, new MinMax()));
    }
    return Catalog.named(name, scheme);
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
