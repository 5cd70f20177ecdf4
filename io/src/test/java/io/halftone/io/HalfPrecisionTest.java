package io.halftone.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class HalfPrecisionTest {
  @Test
  void widensEveryFloat16ByItsDefinition() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float actual = HalfPrecision.fromFloat16((short) bits);
      int exponent = bits >>> 10 & 0x1f;
      int mantissa = bits & 0x3ff;
      double sign = bits < 0x8000 ? 1 : -1;
      if (exponent == 31) {
        assertEquals(mantissa != 0, Float.isNaN(actual));
        assertTrue(mantissa != 0 || actual == sign * Float.POSITIVE_INFINITY);
      } else {
        double expected =
            exponent == 0
                ? sign * mantissa * StrictMath.pow(2, -24)
                : sign * (1024 + mantissa) * StrictMath.pow(2, exponent - 25);
        assertEquals(expected, actual, "bits " + bits);
      }
    }
  }

  @Test
  void bfloat16IsTheUpperHalf() {
    assertEquals(-1.5f, HalfPrecision.fromBfloat16((short) 0xbfc0));
  }
}
