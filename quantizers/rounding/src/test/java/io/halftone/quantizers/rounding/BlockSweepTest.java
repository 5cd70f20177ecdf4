package io.halftone.quantizers.rounding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.halftone.core.kernel.Kernels;
import io.halftone.core.kernel.ScalarKernels;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockSweepTest {
  private static final int ROWS = 5;
  private static final Kernels KERNELS = new ScalarKernels();

  private final Random random = new Random(20260101L);

  /** Columns 3, 4, 5, ... of every seven do nothing, so some strips have no moves. */
  private static boolean move(int column, float[] product, int at, float[] step, int to) {
    for (int i = 0; i < ROWS && column % 7 < 3 && column / 32 != 1; i++) {
      step[to + i] = (float) Math.rint(product[at + i]);
    }
    return column % 7 < 3 && column / 32 != 1;
  }

  /**
   * A block of a wider layer, in one go or in two: every product is one chain of all moves before
   * it.
   */
  @ParameterizedTest
  @CsvSource({"100, 1, 0", "100, 1, 45", "100, 1, 64", "96, 96, 7", "40, 10, 30", "1, 1, 0"})
  void productsAreChainsOverTheMovesBefore(int columns, int unit, int pause) {
    FloatMatrix coupling = gaussian(columns, columns);
    FloatMatrix start = gaussian(columns, ROWS);
    float[] expected = start.data().clone();
    float[] steps = new float[columns * ROWS];
    for (int j = 0; j < columns; j++) {
      for (int k = 0; k < j; k++) {
        for (int i = 0; i < ROWS; i++) {
          expected[j * ROWS + i] =
              Math.fma(coupling.get(k, j), steps[k * ROWS + i], expected[j * ROWS + i]);
        }
      }
      move(j, expected, j * ROWS, steps, j * ROWS);
    }
    ColumnBlocks blocks = ColumnBlocks.of(columns, unit, columns);
    PackedBlock packed = new PackedBlock(KERNELS, Coupling.of(coupling), blocks, 0, 0);
    for (int part = 0; part < packed.parts(); part++) {
      packed.pack(part);
    }
    BlockSweep sweep = new BlockSweep(KERNELS, packed, MatrixView.of(start), packed.zeros(ROWS));
    sweep.run(0, pause, BlockSweepTest::move);
    BlockSweep ahead = sweep.copy();
    ahead.run(pause, columns, BlockSweepTest::move);
    assertArrayEquals(expected, ahead.products().data());
    assertArrayEquals(steps, ahead.steps().data());
    sweep.run(pause, columns, BlockSweepTest::move);
    assertArrayEquals(expected, start.data());
    assertArrayEquals(steps, sweep.steps().data());
  }

  private FloatMatrix gaussian(int rows, int cols) {
    FloatMatrix matrix = FloatMatrix.zeros(rows, cols);
    for (int i = 0; i < matrix.data().length; i++) {
      matrix.data()[i] = (float) random.nextGaussian();
    }
    return matrix;
  }
}
