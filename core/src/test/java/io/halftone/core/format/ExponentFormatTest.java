package io.halftone.core.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExponentFormatTest {
  private static final NumberFormat E8M0 = Formats.E8M0;

  @Test
  void everyCodeIsAPowerOfTwoAndTheLastIsNaN() {
    for (int code = 0; code < 255; code++) {
      assertEquals((float) Math.pow(2, code - 127), E8M0.decode(code));
      assertEquals(code, E8M0.encode(E8M0.decode(code)));
    }
    assertTrue(Float.isNaN(E8M0.decode(255)));
    assertEquals(0x1p127f, E8M0.maxValue());
    assertEquals(0x1p-127f, E8M0.minValue());
  }

  /** As float8_e8m0fnu of PyTorch 2.13 and ml_dtypes 0.6 rounds. */
  @ParameterizedTest
  @CsvSource({
    "1.49, 127",
    "1.5, 128",
    "3, 129",
    "6, 130",
    "0, 0",
    "-5, 0",
    "0x1.7ffffcp-127, 0",
    "0x1.8p-127, 1",
    "0x1.fffffep127, 254",
    "Infinity, 254",
    "-Infinity, 0",
    "1e-45, 0"
  })
  void roundsToTheNearerAndUpAtTies(float x, int code) {
    assertEquals(code, E8M0.encode(x));
  }

  @Test
  void randomValuesGoToTheNearestPower() {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 100_000; i++) {
      float x = Float.intBitsToFloat(random.nextInt() & Integer.MAX_VALUE);
      if (Float.isFinite(x)) {
        double best = distance(x, E8M0.round(x));
        int code = E8M0.encode(x);
        assertTrue(code == 0 || best <= distance(x, E8M0.decode(code - 1)));
        assertTrue(code == 254 || best < distance(x, E8M0.decode(code + 1)));
      }
    }
  }

  private static double distance(float x, float y) {
    return Math.abs((double) x - y);
  }

  @Test
  void widthsAndBiasesThatFloat32CannotHoldAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new ExponentFormat(9, 127));
    assertThrows(IllegalArgumentException.class, () -> new ExponentFormat(8, 126));
    assertThrows(IllegalArgumentException.class, () -> new ExponentFormat(8, 150));
    assertEquals(0x1p-149f, new ExponentFormat(8, 149).decode(0));
  }
}
