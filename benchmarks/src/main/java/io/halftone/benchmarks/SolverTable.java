package io.halftone.benchmarks;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Prints README's table of solvers: time, error, weights per second, and the time as a multiple of
 * one product of the same shape and of the arithmetic floor, all from one run of {@link
 * SolverBenchmark}.
 *
 * <p>Arguments {@code recipe=rtn,gptq}, {@code shape=1024x1024} and {@code scheme=W4A16_G128}
 * choose other values of its parameters.
 */
public final class SolverTable {
  private static final String SCHEME = "W4A16_G128";

  private SolverTable() {}

  /**
   * Runs the benchmark and prints the table on standard output.
   *
   * @param args see the class
   * @throws RunnerException if JMH cannot run it
   */
  public static void main(String[] args) throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder().include(SolverBenchmark.class.getName() + ".quantize");
    if (Arrays.stream(args).noneMatch(arg -> arg.startsWith("scheme="))) {
      options.param("scheme", SCHEME);
    }
    for (String arg : args) {
      String[] parameter = arg.split("=", 2);
      if (parameter.length < 2) {
        throw new IllegalArgumentException(arg + " is not of the form parameter=value,value");
      }
      options.param(parameter[0], parameter[1].split(",", -1));
    }
    System.out.print(table(new Runner(options.build()).run()));
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
    double weights =
        Arrays.stream(shape.split("x", 2))
            .mapToDouble(Double::parseDouble)
            .reduce(1, (a, b) -> a * b);
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
