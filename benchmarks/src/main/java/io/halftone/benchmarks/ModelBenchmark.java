package io.halftone.benchmarks;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.report.Reports;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.spi.LinearQuantizer;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.stats.Statistic;
import io.halftone.quantizers.grids.MinMax;
import io.halftone.quantizers.rounding.ColumnOrder;
import io.halftone.quantizers.rounding.Gptq;
import io.halftone.quantizers.rounding.GroupFit;
import io.halftone.quantizers.rounding.QuantEase;
import io.halftone.quantizers.rounding.Rtn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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
 * Thirty sweeps of coordinate descent on layers of all the shapes of stories15M: six blocks of four
 * 288x288, two 768x288 and one 288x768, 4 bits in groups of 32, from collected statistics on;
 * beside it the products W·G of all 42 layers, measured in the same JVM.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 5)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx2g"})
public class ModelBenchmark {
  private static final int TOKENS = 2048;
  private static final int BLOCKS = 6;
  private static final int WIDTH = 288;
  private static final int INNER = 768;

  private static final Gptq GPTQ =
      new Gptq(0.01, 512, ColumnOrder.ACTIVATION, GroupFit.STATIC, new MinMax());

  /** Outputs and inputs of a block's layers. */
  private static final int[][] SHAPES = {
    {WIDTH, WIDTH},
    {WIDTH, WIDTH},
    {WIDTH, WIDTH},
    {WIDTH, WIDTH},
    {INNER, WIDTH},
    {INNER, WIDTH},
    {WIDTH, INNER}
  };

  /** How the sweeps are spent. */
  @Param public Sweeps sweeps;

  private final Compute compute = Compute.defaults();
  private final List<LinearTask> tasks = new ArrayList<>();
  private LinearQuantizer quantizer;
  private List<QuantizedLinear> results = List.of();
  private double productSeconds;

  /** Creates the state; JMH sets the parameters. */
  public ModelBenchmark() {}

  /** How thirty sweeps are spent. */
  public enum Sweeps {
    /** Descent from nearest codes, at most thirty; it ends when no code changes. */
    DESCENT,

    /** As the catalogue: descent from GPTQ, every third sweep relaxed, 31 in all. */
    RELAXED;

    LinearQuantizer quantizer() {
      return switch (this) {
        case DESCENT -> new QuantEase(new Rtn(new MinMax()), 30);
        case RELAXED -> new QuantEase(GPTQ, 1, 10);
      };
    }
  }

  /** What stands beside the time. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Beside {
    /** ‖Y − Ŷ‖² / ‖Y‖² in percent, on the calibration inputs, the mean over all layers. */
    public double relativeOutputErrorPercent;

    /** Milliseconds of one product [out, in] x [in, in] for every layer, on the same threads. */
    public double productMillis;

    /** Creates counters at 0. */
    public Beside() {}
  }

  /** Draws the layers, collects their statistics and measures the products. */
  @Setup
  public void prepare() {
    quantizer = sweeps.quantizer();
    Set<Statistic<?>> statistics = new LinkedHashSet<>(quantizer.requires());
    statistics.addAll(Reports.requires());
    for (int layer = 0; layer < BLOCKS * SHAPES.length; layer++) {
      int[] shape = SHAPES[layer % SHAPES.length];
      SyntheticLayer drawn = SyntheticLayer.of(10L * layer, shape[0], shape[1], TOKENS, compute);
      tasks.add(drawn.task(Schemes.named("W4A16_G32"), statistics, compute));
    }
    productSeconds = ProductTime.seconds(tasks, compute);
  }

  /** Quantizes all layers, one after another. */
  @Benchmark
  public List<QuantizedLinear> quantize() {
    results = tasks.stream().map(task -> quantizer.quantize(task, compute)).toList();
    return results;
  }

  /** Measures the result; JMH adds up events over iterations, so each contributes its share. */
  @TearDown(Level.Iteration)
  public void measure(Beside beside, BenchmarkParams run) {
    double shares = run.getMeasurement().getCount();
    double error = 0;
    for (int i = 0; i < tasks.size(); i++) {
      LinearTask task = tasks.get(i);
      error +=
          Reports.compare(results.get(i), task.weight(), task.stats(), Duration.ZERO, compute)
              .outputRelativeError();
    }
    beside.relativeOutputErrorPercent = 100 * error / tasks.size() / shares;
    beside.productMillis = 1e3 * productSeconds / shares;
  }
}
