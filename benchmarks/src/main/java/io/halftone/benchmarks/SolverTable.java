package io.halftone.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Prints README's table of solvers: time, error, weights per second, and the time as a multiple of
 * one product of the same shape and of the arithmetic floor, all from one run of {@link
 * SolverBenchmark}.
 *
 * <p>Arguments {@code recipe=rtn,gptq}, {@code shape=1024x1024} and {@code scheme=W4A16_G128}
 * choose other values of its parameters than the default ones. Small layers are quantized many
 * times before what is measured, the largest not at all.
 */
public final class SolverTable {
  /** Stands for groups of 128, or of 32 where 128 do not divide the inputs. */
  private static final String GROUPS = "";

  private static final Map<String, String> DEFAULTS =
      Map.of(
          "recipe", "gptq,gptq-searched,quantease,awq",
          "shape", "768x288,1024x1024,4096x4096,4096x11008",
          "scheme", GROUPS);

  /** Multiplications of a layer's product in all warm-up iterations. */
  private static final double WARM_UP = 1e11;

  private static final int MOST_WARM_UPS = 20;
  private static final int MOST_MEASURED = 5;

  private SolverTable() {}

  /**
   * Runs the benchmark and prints the table on standard output.
   *
   * @param args see the class
   * @throws RunnerException if JMH cannot run it
   */
  public static void main(String[] args) throws RunnerException {
    Map<String, String> parameters = new HashMap<>(DEFAULTS);
    for (String arg : args) {
      String[] parameter = arg.split("=", 2);
      if (parameter.length < 2 || !DEFAULTS.containsKey(parameter[0])) {
        throw new IllegalArgumentException(
            arg + " is not recipe, shape or scheme = value,value,...");
      }
      parameters.put(parameter[0], parameter[1]);
    }
    List<RunResult> results = new ArrayList<>();
    for (String shape : parameters.get("shape").split(",", -1)) {
      results.addAll(new Runner(options(shape, parameters)).run());
    }
    System.out.print(table(results));
  }

  private static Options options(String shape, Map<String, String> parameters) {
    int[] sides = sides(shape);
    int warmUps = (int) Math.min(MOST_WARM_UPS, WARM_UP / sides[0] / sides[1] / sides[1]);
    String schemes = parameters.get("scheme");
    String fitting = sides[1] % 128 == 0 ? "W4A16_G128" : "W4A16_G32";
    return new OptionsBuilder()
        .include(SolverBenchmark.class.getName() + ".quantize")
        .param("shape", shape)
        .param("recipe", parameters.get("recipe").split(",", -1))
        .param("scheme", (schemes.equals(GROUPS) ? fitting : schemes).split(",", -1))
        .warmupIterations(warmUps)
        .measurementIterations(Math.min(MOST_MEASURED, warmUps + 1))
        .shouldFailOnError(true)
        .build();
  }

  /** Outputs and inputs. */
  private static int[] sides(String shape) {
    return Arrays.stream(shape.split("x", 2)).mapToInt(Integer::parseInt).toArray();
  }

  private static String table(Collection<RunResult> results) {
    StringBuilder text =
        new StringBuilder("\n| recipe | layer | s | GB/s | error % | products | floors |\n");
    text.append("|---|---|---|---|---|---|---|\n");
    results.forEach(result -> text.append(row(result)));
    return text.toString();
  }

  private static String row(RunResult result) {
    BenchmarkParams run = result.getParams();
    String shape = run.getParam("shape");
    int[] sides = sides(shape);
    double weights = (double) sides[0] * sides[1];
    double millis = result.getPrimaryResult().getScore();
    @SuppressWarnings("rawtypes")
    Map<String, Result> beside = result.getSecondaryResults();
    return String.format(
        Locale.ROOT,
        "| %s | %s %s | %.3f | %.2f | %.4f | %.2f | %.2f |%n",
        run.getParam("recipe"),
        shape,
        run.getParam("scheme"),
        millis / 1e3,
        4 * weights / millis / 1e6,
        beside.get("relativeOutputErrorPercent").getScore(),
        millis / beside.get("productMillis").getScore(),
        millis / beside.get("floorMillis").getScore());
  }
}
