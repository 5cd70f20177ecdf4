package io.halftone.quantizers.rounding;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.Compute;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.spi.LinearQuantizer;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.stats.ActivationBatch;
import io.halftone.core.stats.CollectedStatistics;
import io.halftone.core.stats.Statistics;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.testkit.Fixtures;
import io.halftone.testkit.MinMaxGrid;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which method wins on correlated inputs with loud channels, on the calibration tokens and on unseen ones. */
class OrderingTest {
  private static final Compute COMPUTE = Compute.defaults();
  private static final MinMaxGrid GRID = new MinMaxGrid();

  private static List<LinearQuantizer> fromWorstToBest() {
    Gptq actOrder = new Gptq(0.01, 128, ColumnOrder.ACTIVATION, GroupFit.STATIC, GRID);
    QuantEase polished = new QuantEase(actOrder, 10);
    return List.of(
        new Rtn(GRID),
        new Gptq(0.01, 128, ColumnOrder.NATURAL, GroupFit.STATIC, GRID),
        actOrder,
        polished,
        new ScaleRefit(polished, 2, 4));
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 3, 2})
  void everyStepLowersTheOutputError(int bits) {
    FloatMatrix x = Fixtures.correlated(bits).x();
    Fixtures.Layer layer = Fixtures.correlated(bits).withInputs(x.rows(0, 1024));
    LinearTask task =
        layer.task(Schemes.named("W" + bits + "A16_G64"), Set.of(Statistics.GRAM), COMPUTE);
    LinearTask unseen =
        task.withStats(
            CollectedStatistics.of(
                ActivationBatch.of(x.rows(1024, 2048)), Set.of(Statistics.GRAM), COMPUTE));
    List<FloatMatrix> decoded =
        fromWorstToBest().stream().map(q -> q.quantize(task, COMPUTE).decode()).toList();
    assertFalling(decoded.stream().map(w -> OutputError.of(task, w)).toList());
    assertFalling(decoded.stream().map(w -> OutputError.of(unseen, w)).toList());
  }

  private static void assertFalling(List<Double> errors) {
    String all = errors.stream().map(e -> Double.toString(e)).collect(Collectors.joining(" > "));
    for (int i = 1; i < errors.size(); i++) {
      assertTrue(errors.get(i) < errors.get(i - 1), all);
    }
  }
}
