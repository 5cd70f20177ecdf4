package io.halftone.calibration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.halftone.core.kernel.Compute;
import io.halftone.core.model.Block;
import io.halftone.core.model.ModelGraph;
import io.halftone.core.model.TransformSite;
import io.halftone.core.stats.ActivationBatch;
import io.halftone.core.stats.Statistic;
import io.halftone.core.stats.Statistics;
import io.halftone.core.stats.StatisticsView;
import io.halftone.core.tensor.FloatMatrix;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Memory does not grow with the text: no batch outlives its turn. */
class SiteStatisticsTest {
  private static final int CHANNELS = 24;
  private static final int TOKENS = 7;
  private static final Set<Statistic<?>> ALL =
      Set.of(Statistics.ABS_MAX, Statistics.MEAN_ABS, Statistics.GRAM, Statistics.sample(40));

  @Test
  void batchesAreNotKept() throws IOException {
    StatisticsView separate = collect(false);
    StatisticsView reused = collect(true);
    assertArrayEquals(separate.get(Statistics.ABS_MAX), reused.get(Statistics.ABS_MAX));
    assertArrayEquals(
        separate.get(Statistics.MEAN_ABS).means(), reused.get(Statistics.MEAN_ABS).means());
    assertArrayEquals(
        separate.get(Statistics.GRAM).sum().values(), reused.get(Statistics.GRAM).sum().values());
    FloatMatrix kept = separate.get(Statistics.sample(40)).x();
    assertArrayEquals(kept.data(), reused.get(Statistics.sample(40)).x().data());
    assertEquals(40, kept.rows());
  }

  /**
   * Collects 100 batches.
   *
   * @param reuse all batches share one array, spoilt after each
   */
  private static StatisticsView collect(boolean reuse) throws IOException {
    TransformSite site = TransformSite.isolated("s", CHANNELS, List.of("layer"));
    ModelGraph graph = new ModelGraph(List.of(new Block("b", List.of("layer"), List.of(site))));
    Random random = new Random(1);
    float[] shared = new float[TOKENS * CHANNELS];
    return SiteStatistics.collect(
            graph,
            (sites, consumer) -> {
              for (int batch = 0; batch < 100; batch++) {
                float[] data = reuse ? shared : new float[TOKENS * CHANNELS];
                for (int i = 0; i < data.length; i++) {
                  data[i] = (float) random.nextGaussian();
                }
                consumer.accept("s", ActivationBatch.of(FloatMatrix.wrap(data, TOKENS, CHANNELS)));
                Arrays.fill(shared, Float.NaN);
              }
            },
            ALL,
            Compute.defaults())
        .at("s");
  }
}
