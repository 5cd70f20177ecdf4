package io.halftone.benchmarks;

import io.halftone.calibration.QuantizedModel;
import io.halftone.core.kernel.Compute;
import io.halftone.core.recipe.Recipe;
import io.halftone.core.report.LayerReport;
import io.halftone.core.scheme.Schemes;
import io.halftone.quantizers.catalog.Catalog;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * Time to quantize one layer of all-MiniLM-L6-v2, and what it cost: the error of the layer's output
 * on text that calibration did not see, and the bits per weight.
 *
 * <p>Timed are a recipe's transforms and codes on collected statistics, with all cores; capturing
 * the inputs is not.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class RecipeBenchmark {
  /** Name in the catalogue. */
  @Param({
    "rtn",
    "hqq",
    "gptq",
    "quantease",
    "awq",
    "awq-gptq",
    "smoothquant",
    "smoothquant-plus",
    "outlier-suppression-plus",
    "outliertune",
    "crossquant",
    "quarot",
    "mambaquant",
    "adaround",
    "halftone"
  })
  public String recipe;

  /** Name of a preset. */
  @Param("W4A16_G32")
  public String scheme;

  /** Which layer. */
  @Param({"QUERY", "OUTPUT"})
  public MiniLmLayer layer;

  private final Compute compute = Compute.defaults();
  private Recipe chosen;
  private CapturedLayer captured;
  private QuantizedModel quantized;
  private LayerReport report;

  /** Creates the state; JMH sets the parameters. */
  public RecipeBenchmark() {}

  /** What the result is worth, beside the time. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Quality {
    /** ‖Y − Ŷ‖² / ‖Y‖² in percent. */
    public double relativeOutputErrorPercent;

    /** The same in dB. */
    public double outputSqnrDb;

    /** Everything a decoder needs. */
    public double bitsPerWeight;

    /** Creates counters at 0. */
    public Quality() {}
  }

  /** Runs the model over the text. */
  @Setup
  public void capture() throws IOException {
    chosen = Catalog.named(recipe, Schemes.named(scheme));
    captured = CapturedLayer.capture(layer, chosen.requires(), compute);
  }

  /** Quantizes the layer. */
  @Benchmark
  public QuantizedModel quantize() throws IOException {
    quantized = captured.quantize(chosen, compute);
    return quantized;
  }

  /**
   * Measures the result, once, since every invocation has the same.
   *
   * <p>JMH adds up events over threads, iterations and forks, so each contributes its share.
   */
  @TearDown(Level.Iteration)
  public void measure(Quality quality, BenchmarkParams run) throws IOException {
    if (report == null) {
      report = captured.measure(quantized, compute);
    }
    double shares =
        (double) run.getThreads() * run.getMeasurement().getCount() * Math.max(1, run.getForks());
    quality.relativeOutputErrorPercent = 100 * report.outputRelativeError() / shares;
    quality.outputSqnrDb = report.outputSqnrDb() / shares;
    quality.bitsPerWeight = report.bitsPerWeight() / shares;
  }
}
