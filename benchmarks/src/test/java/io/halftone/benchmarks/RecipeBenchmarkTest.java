package io.halftone.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.quantizers.catalog.Catalog;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

class RecipeBenchmarkTest {

  @Test
  @SuppressWarnings("rawtypes")
  void reportsErrorAndBitsOfTheResultHoweverManyIterationsRun() throws RunnerException {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(RecipeBenchmark.class.getName())
                    .param("recipe", "rtn")
                    .param("layer", "QUERY")
                    .mode(Mode.SingleShotTime)
                    .warmupIterations(1)
                    .measurementIterations(3)
                    .forks(0)
                    .shouldFailOnError(true)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();

    assertEquals(1, results.size());
    Map<String, Result> quality = results.iterator().next().getSecondaryResults();
    double percent = quality.get("relativeOutputErrorPercent").getScore();
    assertTrue(percent > 0.01 && percent < 5, () -> percent + " % error");
    assertEquals(-10 * Math.log10(percent / 100), quality.get("outputSqnrDb").getScore(), 1e-9);
    double bits = quality.get("bitsPerWeight").getScore();
    assertTrue(bits > 4.5 && bits < 5, () -> bits + " bits per weight");
  }

  @Test
  void coversTheWholeCatalogue() throws NoSuchFieldException {
    String[] recipes = RecipeBenchmark.class.getField("recipe").getAnnotation(Param.class).value();
    assertEquals(Catalog.names(), List.of(recipes));
  }
}
