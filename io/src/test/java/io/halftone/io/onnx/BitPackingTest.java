package io.halftone.io.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BitPackingTest {
  @Test
  void packsAsTheStandardDoes() {
    assertArrayEquals(new byte[] {(byte) 0xe1, 0x07}, pack(4, 1, -2, 7));
    assertArrayEquals(new byte[] {(byte) 0xc9, 0x01}, pack(2, 1, -2, 0, -1, 1));
    assertArrayEquals(new byte[] {-128, 127}, pack(8, -128, 127));
  }

  @ParameterizedTest
  @CsvSource({"2, true", "2, false", "4, true", "4, false", "8, true", "8, false"})
  void everyByteAndEveryTailComesBack(int bits, boolean signed) {
    int perByte = 8 / bits;
    byte[] all = new byte[256];
    for (int i = 0; i < 256; i++) {
      all[i] = (byte) i;
    }
    short[] codes = BitPacking.unpack(all, 0, 256 * perByte, bits, signed);
    byte[] back = new byte[256];
    BitPacking.pack(codes, 0, codes.length, bits, back, 0);
    assertArrayEquals(all, back);
    for (int tail = 0; tail < perByte; tail++) {
      int count = codes.length - tail;
      byte[] shorter = new byte[BitPacking.bytes(count, bits)];
      BitPacking.pack(codes, 0, count, bits, shorter, 0);
      short[] again = BitPacking.unpack(shorter, 0, count, bits, signed);
      for (int i = 0; i < count; i++) {
        assertEquals(codes[i], again[i], "code " + i + " of " + count);
      }
    }
  }

  @Test
  void namesACodeThatDoesNotFit() {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> pack(4, 3, 16));
    assertTrue(e.getMessage().contains("code 16 at index 1"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 5, 16})
  void refusesOtherWidths(int bits) {
    assertThrows(IllegalArgumentException.class, () -> BitPacking.bytes(1, bits));
  }

  private static byte[] pack(int bits, int... codes) {
    short[] values = new short[codes.length];
    for (int i = 0; i < codes.length; i++) {
      values[i] = (short) codes[i];
    }
    byte[] packed = new byte[BitPacking.bytes(codes.length, bits)];
    BitPacking.pack(values, 0, values.length, bits, packed, 0);
    return packed;
  }
}
