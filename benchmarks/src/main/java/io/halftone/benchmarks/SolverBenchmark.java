package io.halftone.benchmarks;

import io.halftone.core.kernel.Compute;
import io.halftone.core.model.TransformSite;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.recipe.Recipe;
import io.halftone.core.recipe.Step;
import io.halftone.core.report.LayerReport;
import io.halftone.core.report.Reports;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.spi.SiteTask;
import io.halftone.core.spi.TransformFitter;
import io.halftone.core.stats.Statistic;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.quantizers.catalog.Catalog;
import java.time.Duration;
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
 * Time to fit the transform of one layer, if the recipe has one, and to choose its codes once its
 * statistics are there, its error, and beside both the product W·G of the same shape, measured in
 * the same JVM.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 3)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx12g"})
public class SolverBenchmark {
  private static final int TOKENS = 2048;

  /** Name of a recipe in the catalogue, or one of {@link Rounding}. */
  @Param({"rtn", "nearest-mse", "gptq", "nearest-sweep", "quantease", "awq"})
  public String recipe;

  /** Outputs x inputs. */
  @Param({"768x288", "1024x1024", "2048x2048", "4096x4096", "4096x11008"})
  public String shape;

  /** Name of a preset. */
  @Param("W4A16_G32")
  public String scheme;

  private final Compute compute = Compute.defaults();
  private Recipe chosen;
  private LinearTask task;
  private QuantizedLinear result;
  private double productSeconds;

  /** Creates the state; JMH sets the parameters. */
  public SolverBenchmark() {}

  /** What stands beside the time. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Beside {
    /** ‖Y − Ŷ‖² / ‖Y‖² in percent, on the calibration inputs. */
    public double relativeOutputErrorPercent;

    /** Milliseconds of one product [out, in] x [in, in] on the same threads. */
    public double productMillis;

    /** Milliseconds that GPTQ's operations, in³/3 and out·in², take at the product's rate. */
    public double floorMillis;

    /** Creates counters at 0. */
    public Beside() {}
  }

  /** Draws the layer, collects its statistics and measures the product. */
  @Setup
  public void prepare() {
    String[] sides = shape.split("x", 2);
    SyntheticLayer layer =
        SyntheticLayer.of(Integer.parseInt(sides[0]), Integer.parseInt(sides[1]), TOKENS, compute);
    LayerScheme named = Schemes.named(scheme);
    chosen = Rounding.named(recipe, named).orElseGet(() -> Catalog.named(recipe, named));
    Set<Statistic<?>> statistics = new LinkedHashSet<>(chosen.requires());
    statistics.addAll(Reports.requires());
    task = layer.task(chosen.scheme(), statistics, compute);
    productSeconds = ProductTime.seconds(List.of(task), compute);
  }

  /** Runs the recipe. */
  @Benchmark
  public QuantizedLinear quantize() {
    LinearTask current = task;
    for (Step step : chosen.steps()) {
      if (step instanceof Step.FitTransforms fit) {
        current = transformed(current, fit.part());
      } else if (step instanceof Step.QuantizeLinears quantize) {
        result = quantize.part().quantize(current, compute);
      }
    }
    return result;
  }

  private LinearTask transformed(LinearTask before, TransformFitter fitter) {
    TransformSite site = TransformSite.isolated(before.name(), before.in(), List.of(before.name()));
    SiteTask siteTask =
        new SiteTask(site, List.of(before.weight()), before.scheme(), before.stats());
    EquivalentTransform transform = fitter.fit(siteTask, compute);
    return new LinearTask(
        before.name(),
        transform.applyToWeight(before.weight(), compute),
        before.bias(),
        transform,
        before.scheme(),
        before.stats().under(transform));
  }

  LayerReport report() {
    return Reports.compare(result, task.weight(), task.stats(), Duration.ZERO, compute);
  }

  /** Measures the result; JMH adds up events over iterations, so each contributes its share. */
  @TearDown(Level.Iteration)
  public void measure(Beside beside, BenchmarkParams run) {
    LayerReport report = report();
    double shares = run.getMeasurement().getCount();
    beside.relativeOutputErrorPercent = 100 * report.outputRelativeError() / shares;
    beside.productMillis = 1e3 * productSeconds / shares;
    // a product takes 2·out·in² operations; feedback out·in², the factor in³/3
    double operations = 0.5 + task.in() / (6.0 * task.out());
    beside.floorMillis = 1e3 * productSeconds * operations / shares;
  }
}
