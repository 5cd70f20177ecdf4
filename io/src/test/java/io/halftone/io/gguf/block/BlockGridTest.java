package io.halftone.io.gguf.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.GridRounding;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.stats.ActivationBatch;
import io.halftone.core.stats.CollectedStatistics;
import io.halftone.core.tensor.FloatMatrix;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What grid fitters must do, on the one scheme that a block type has. */
class BlockGridTest {
  private static final int COLS = 512;

  @ParameterizedTest
  @EnumSource(
      names = {"Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K"})
  void threadsChangeNothingAndTheWeightIsOnlyRead(BlockType type) {
    FloatMatrix weight = normal(9, 0.1f);
    float[] before = weight.data().clone();
    Grid expected = fit(type, weight, 1);
    Grid grid = fit(type, weight, 3);
    assertArrayEquals(expected.scale(), grid.scale());
    assertArrayEquals(before, weight.data());
    for (float scale : grid.scale()) {
      assertTrue(scale != 0 && Float.isFinite(scale), () -> "scale " + scale);
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {"Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K"})
  void zeroRowsStayZero(BlockType type) {
    FloatMatrix weight = normal(3, 0.1f);
    Arrays.fill(weight.data(), COLS, 2 * COLS, 0);
    TensorScheme scheme = BlockTensors.of(type).scheme();
    Grid grid = fit(type, weight, 1);
    float[] decoded =
        new GridTensor(scheme, GridRounding.codes(scheme, grid, weight, Compute.defaults()), grid)
            .decode()
            .data();
    for (int i = COLS; i < 2 * COLS; i++) {
      assertEquals(0, decoded[i], 0);
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, 1e9f})
  void weightsItCannotHoldAreRefusedByLayer(float bad) {
    FloatMatrix weight = normal(3, 0.1f);
    weight.set(1, 300, bad);
    QuantizationException e =
        assertThrows(QuantizationException.class, () -> fit(BlockType.Q4_K, weight, 2));
    assertEquals("layer", e.layer());
    assertTrue(
        e.getMessage().contains(Float.isFinite(bad) ? "binary16 ends" : "row 1, column 300"),
        e.getMessage());
  }

  private static Grid fit(BlockType type, FloatMatrix weight, int threads) {
    ForkJoinPool pool = new ForkJoinPool(threads);
    try {
      Compute compute = Compute.on(pool, 1);
      BlockGrid grid = new BlockGrid(type);
      CollectedStatistics stats =
          CollectedStatistics.of(ActivationBatch.of(normal(16, 1)), grid.requires(), compute);
      LayerScheme scheme = new LayerScheme(BlockTensors.of(type).scheme(), Schemes.FULL);
      return grid.fit(LinearTask.of("layer", weight, scheme, stats), compute);
    } finally {
      pool.shutdown();
    }
  }

  private static FloatMatrix normal(int rows, float size) {
    Random random = new Random(7);
    FloatMatrix matrix = FloatMatrix.zeros(rows, COLS);
    for (int i = 0; i < matrix.data().length; i++) {
      matrix.data()[i] = (float) random.nextGaussian() * size;
    }
    return matrix;
  }
}
