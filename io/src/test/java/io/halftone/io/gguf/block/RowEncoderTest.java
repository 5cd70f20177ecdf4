package io.halftone.io.gguf.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.format.Formats;
import io.halftone.core.tensor.FloatMatrix;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One pass gives the bytes of the reference written step by step. */
class RowEncoderTest {
  private static final int BLOCKS = 20_000;

  private static BlockEncoder slow(BlockType type) {
    return type == BlockType.Q8_0
        ? new ReferenceEncoder(new Q8Layout(), FlatReference::bytes)
        : new ReferenceEncoder(
            FlatLayout.integers(FlatCodes.FOUR_BITS), FlatReference.symmetric(8));
  }

  private static float[] blocks(int kind, SplittableRandom random) {
    float[] x = new float[BLOCKS * 32];
    for (int i = 0; i < x.length; i++) {
      x[i] =
          switch (kind) {
            case 0 -> (float) random.nextDouble(-1, 1);
            // ties between codes, and opposite extremes
            case 1 -> random.nextInt(-254, 255) / 2f;
            case 2 -> random.nextInt(-17, 18) / 2f;
            case 3 -> Math.scalb((float) random.nextDouble(-1, 1), random.nextInt(-149, 15));
            case 4 -> random.nextBoolean() ? 0f : -0f;
            default -> Math.scalb(random.nextInt(-4, 5), -149 + i / 32 % 40);
          };
    }
    return x;
  }

  @ParameterizedTest
  @ValueSource(strings = {"Q8_0", "Q4_0"})
  void givesTheBytesOfTheReference(String name) {
    BlockType type = BlockType.valueOf(name);
    SplittableRandom random = new SplittableRandom(8);
    for (int kind = 0; kind < 6; kind++) {
      FloatMatrix rows = FloatMatrix.wrap(blocks(kind, random), BLOCKS / 10, 320);
      byte[] expected = new byte[BLOCKS * type.codec().blockBytes()];
      byte[] actual = new byte[expected.length];
      slow(type).encode(rows, 0, rows.rows(), Importance.UNIFORM, expected, 0);
      type.codec().referenceEncoder().encode(rows, 0, rows.rows(), Importance.UNIFORM, actual, 0);
      assertArrayEquals(expected, actual, "kind " + kind);
      type.codec().encoder().encode(rows, 0, rows.rows(), Importance.UNIFORM, actual, 0);
      assertArrayEquals(expected, actual, "kind " + kind);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Q8_0", "Q4_0"})
  void namesWhatIsNotFinite(String name) {
    BlockEncoder encoder = BlockType.valueOf(name).codec().encoder();
    for (float bad : new float[] {Float.NaN, -Float.NaN, Float.POSITIVE_INFINITY, -1f / 0}) {
      FloatMatrix rows = FloatMatrix.zeros(2, 64);
      rows.set(1, 40, bad);
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> encoder.encode(rows, 0, 2, Importance.UNIFORM, new byte[200], 0))
              .getMessage();
      assertTrue(message.contains("row 1, column 40"), message);
    }
  }

  @Test
  void halvesAreTheNearest() {
    for (int bits = 0; bits < 0x7c00; bits++) {
      float value = Half.value((short) bits);
      float next = bits == 0x7bff ? 65536 : Half.value((short) (bits + 1));
      float middle = (float) ((value + (double) next) / 2);
      for (float x : new float[] {value, middle, Math.nextUp(middle), Math.nextDown(middle)}) {
        if (x < 65520) {
          assertEquals((short) Formats.F16.encode(x), Half.bits(x), () -> "of " + x);
          assertEquals((short) Formats.F16.encode(-x), Half.bits(-x), () -> "of -" + x);
        }
      }
    }
  }
}
