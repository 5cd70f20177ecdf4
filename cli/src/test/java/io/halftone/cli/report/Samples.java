package io.halftone.cli.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.halftone.calibration.Placement;
import io.halftone.core.quantized.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Made-up results of the size and shape the demo produces. */
final class Samples {

  private static final Map<String, Double> ERROR_BESIDE_RTN = new LinkedHashMap<>();

  static {
    ERROR_BESIDE_RTN.put("rtn", 1.0);
    ERROR_BESIDE_RTN.put("hqq", 0.97);
    ERROR_BESIDE_RTN.put("gptq", 0.62);
    ERROR_BESIDE_RTN.put("quantease", 0.55);
    ERROR_BESIDE_RTN.put("awq", 0.78);
    ERROR_BESIDE_RTN.put("awq-gptq", 0.52);
    ERROR_BESIDE_RTN.put("smoothquant", 0.93);
    ERROR_BESIDE_RTN.put("smoothquant-plus", 0.86);
    ERROR_BESIDE_RTN.put("adaround", 0.6);
    ERROR_BESIDE_RTN.put("halftone", 0.36);
  }

  private static final Map<String, Double> BITS =
      Map.of("W4A16_G32", 4.625, "W3A16_G32", 3.59375, "W2A16_G32", 2.5625);

  private static final String[] KINDS = {
    "attention/self/query", "attention/self/key", "attention/self/value",
    "attention/output/dense", "intermediate/dense", "output/dense"
  };

  private Samples() {}

  /** 36 layers, ten recipes, the given schemes of 4, 3 or 2 bits in groups of 32. */
  static ReportData demo(String... schemes) {
    List<RunResult> runs = new ArrayList<>();
    List<RecipeText> recipes = new ArrayList<>();
    for (String scheme : schemes) {
      for (Map.Entry<String, Double> recipe : ERROR_BESIDE_RTN.entrySet()) {
        runs.add(run(recipe.getKey(), scheme, recipe.getValue()));
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("name", recipe.getKey()).put("scheme", scheme).putArray("steps").addObject();
        recipes.add(new RecipeText(recipe.getKey(), scheme, json));
      }
    }
    return data(runs, recipes);
  }

  static ReportData data(List<RunResult> runs, List<RecipeText> recipes) {
    return new ReportData(
        "all-MiniLM-L6-v2, ten recipes",
        Instant.parse("2026-01-02T03:04:05Z"),
        new Summary("all-MiniLM-L6-v2", 36, 10_616_832, 27_478, 6_957, 141.3),
        runs,
        new Provenance(
            "0.1.0",
            "OpenJDK 17.0.15+6",
            "Linux 6.1",
            "amd64",
            "ONNX Runtime 1.29.0",
            "vector 256 bit",
            "canonical",
            42,
            2,
            List.of(
                new InputFile("model", "all-minilm-l6-v2.onnx", 90_387_630, "6fd5d72f".repeat(8)),
                new InputFile("tokenizer", "tokenizer.json", 711_661, "be50c362".repeat(8)),
                new InputFile("calibration text", "calibration.txt", 114_821, "1a2b3c4d".repeat(8)),
                new InputFile("held-out text", "heldout.txt", 29_423, "99aa55ee".repeat(8))),
            recipes));
  }

  private static RunResult run(String recipe, String scheme, double factor) {
    double bits = BITS.get(scheme);
    double scale = 0.0062 * Math.pow(4.4, 4 - Math.floor(bits)) * factor;
    SplittableRandom shared = new SplittableRandom(7);
    SplittableRandom own = new SplittableRandom(recipe.hashCode() * 31L + scheme.hashCode());
    boolean smooth =
        recipe.startsWith("awq") || recipe.startsWith("smooth") || recipe.equals("halftone");
    List<LayerResult> layers = new ArrayList<>();
    for (int block = 0; block < 6; block++) {
      for (int kind = 0; kind < KINDS.length; kind++) {
        double hard =
            (kind == 5 ? 3.1 : kind == 3 ? 1.7 : kind == 2 ? 1.2 : 0.6)
                * (0.5 + shared.nextDouble());
        double error = scale * hard * (0.85 + 0.3 * own.nextDouble());
        layers.add(
            new LayerResult(
                "/encoder/layer." + block + "/" + KINDS[kind] + "/MatMul",
                kind == 4 ? 1536 : 384,
                kind == 5 ? 1536 : 384,
                outcome(recipe, block, kind),
                error,
                -10 * Math.log10(error),
                1 - error / 2,
                0.02 + 0.05 * own.nextDouble() * own.nextDouble(),
                0.08 + 0.2 * own.nextDouble() * own.nextDouble(),
                bits,
                20 + 300 * own.nextDouble(),
                !smooth
                    ? Placement.NONE
                    : kind == 3 || kind == 5 ? Placement.ONLINE : Placement.FOLDED,
                kind == 5 ? 20 + 40 * shared.nextDouble() : 3 + 6 * shared.nextDouble()));
      }
    }
    String sha =
        Integer.toHexString(0x10000000 | ((recipe + scheme).hashCode() & 0xfffffff)).repeat(8);
    return RunResult.of(
        recipe,
        scheme,
        1 - scale * 1.3,
        (long) (48e6 + bits * 1.33e6),
        1 + 12 * own.nextDouble(),
        sha,
        layers);
  }

  private static Outcome outcome(String recipe, int block, int kind) {
    if (recipe.equals("rtn") || recipe.equals("hqq")) {
      return new Outcome.DataFree();
    }
    boolean damped = recipe.contains("gptq") && block == 5 && kind == 5;
    return damped ? new Outcome.Damped(0.04, 3) : new Outcome.Calibrated();
  }
}
