package io.halftone.io.gguf.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BlockProductTest {
  private static final int ROWS = 8;
  private static final int COLS = 512;

  @ParameterizedTest
  @EnumSource(
      names = {
        "F32", "F16", "BF16", "Q4_0", "Q5_0", "Q8_0", "IQ4_NL", "Q2_K", "Q3_K", "Q4_K", "Q6_K"
      })
  void multipliesRoundedInputsWithDecodedWeights(BlockType type) {
    Random random = new Random(5);
    byte[] blocks = blocks(type, random);
    FloatMatrix x = normal(3, random);
    FloatMatrix y = BlockProduct.of(type, blocks, ROWS, COLS).of(x, Compute.defaults());
    float[] weight = new float[ROWS * COLS];
    type.codec().decode(blocks, 0, weight, 0, weight.length);
    FloatMatrix rounded = InputRounding.of(type).apply(x);
    for (int t = 0; t < x.rows(); t++) {
      for (int row = 0; row < ROWS; row++) {
        double sum = 0;
        double size = 0;
        for (int c = 0; c < COLS; c++) {
          double product = (double) weight[row * COLS + c] * rounded.get(t, c);
          sum += product;
          size += Math.abs(product);
        }
        assertEquals(sum, y.get(t, row), 1e-6 * size);
      }
    }
  }

  @Test
  void rowsDoNotDependOnEachOther() {
    Random random = new Random(6);
    byte[] blocks = blocks(BlockType.Q4_K, random);
    FloatMatrix x = normal(3, random);
    BlockProduct product = BlockProduct.of(BlockType.Q4_K, blocks, ROWS, COLS);
    float[] all = product.of(x, Compute.defaults()).data();
    for (int t = 0; t < x.rows(); t++) {
      float[] one = product.of(x.rows(t, t + 1), Compute.defaults()).data();
      assertArrayEquals(Arrays.copyOfRange(all, t * ROWS, (t + 1) * ROWS), one);
    }
  }

  @Test
  void namesWhatItCannotDo() {
    String type =
        assertThrows(
                IllegalArgumentException.class,
                () -> BlockProduct.of(BlockType.Q5_K, new byte[176], 1, 256))
            .getMessage();
    assertEquals("the order of sums of Q5_K is not known", type);
    String rows =
        assertThrows(
                IllegalArgumentException.class,
                () -> BlockProduct.of(BlockType.F16, new byte[96], 3, 16))
            .getMessage();
    assertTrue(rows.contains("multiples of 4 rows, not 3"), rows);
    BlockProduct product = BlockProduct.of(BlockType.Q8_0, new byte[34], 1, 32);
    String cols =
        assertThrows(
                IllegalArgumentException.class,
                () -> product.of(FloatMatrix.zeros(2, 64), Compute.defaults()))
            .getMessage();
    assertEquals("inputs are rows of 64, the weight's are of 32", cols);
  }

  private static byte[] blocks(BlockType type, Random random) {
    BlockCodec codec = type.codec();
    byte[] blocks = new byte[ROWS * codec.rowBytes(COLS)];
    codec.encoder().encode(normal(ROWS, random), 0, ROWS, Importance.UNIFORM, blocks, 0);
    return blocks;
  }

  private static FloatMatrix normal(int rows, Random random) {
    FloatMatrix x = FloatMatrix.zeros(rows, COLS);
    for (int i = 0; i < x.data().length; i++) {
      x.data()[i] = (float) random.nextGaussian();
    }
    return x;
  }
}
