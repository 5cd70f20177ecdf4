package io.halftone.io.pack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BitPackerTest {
  private static final long SEED = 31;
  private static final int LONGEST = 257;
  private static final int MARGIN = 3;

  static Stream<Arguments> packers() {
    return Stream.of(BitOrder.values())
        .flatMap(order -> IntStream.rangeClosed(1, 8).mapToObj(bits -> Arguments.of(order, bits)))
        .filter(
            arguments ->
                NaiveBits.hasWidth((BitOrder) arguments.get()[0], (int) arguments.get()[1]));
  }

  /** Every length from 0 to 257, against bits written down one by one. */
  @ParameterizedTest
  @MethodSource("packers")
  void everyLengthIsPackedAsTheOracleDoesAndComesBack(BitOrder order, int bits) {
    BitPacker packer = new BitPacker(order, bits);
    SplittableRandom random = new SplittableRandom(SEED);
    for (int count = 0; count <= LONGEST; count++) {
      for (boolean signed : new boolean[] {false, true}) {
        int lowest = signed ? -(1 << (bits - 1)) : 0;
        short[] codes = new short[MARGIN + count];
        for (int i = 0; i < codes.length; i++) {
          codes[i] = (short) random.nextInt(lowest, lowest + (1 << bits));
        }
        byte[] expected =
            NaiveBits.pack(order, bits, Arrays.copyOfRange(codes, MARGIN, codes.length));
        assertEquals(expected.length, packer.bytes(count), () -> order + " of " + codes.length);
        byte[] packed = new byte[MARGIN + expected.length + MARGIN];
        Arrays.fill(packed, (byte) 0x5A);
        packer.pack(codes, MARGIN, count, packed, MARGIN);
        assertArrayEquals(expected, Arrays.copyOfRange(packed, MARGIN, MARGIN + expected.length));
        assertMarginsAreKept(packed);
        assertArrayEquals(
            Arrays.copyOfRange(codes, MARGIN, codes.length),
            packer.unpack(packed, MARGIN, count, signed));
      }
    }
  }

  /** Every value of every field comes back, whatever its neighbours hold. */
  @ParameterizedTest
  @MethodSource("packers")
  void everyValueComesBackFromEveryField(BitOrder order, int bits) {
    BitPacker packer = new BitPacker(order, bits);
    int last = (1 << bits) - 1;
    for (int field = 0; field < 64; field++) {
      for (int value = 0; value <= last; value++) {
        for (int neighbour : new int[] {0, last}) {
          short[] codes = new short[64];
          Arrays.fill(codes, (short) neighbour);
          codes[field] = (short) value;
          byte[] packed = new byte[packer.bytes(64)];
          packer.pack(codes, 0, 64, packed, 0);
          assertEquals(value, packer.get(packed, 0, field));
          assertArrayEquals(codes, packer.unpack(packed, 0, 64, false));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "BYTES, 4, '1 -2 7', e107",
    "BYTES, 2, '1 -2 0 -1 1', c901",
    "BYTES, 8, '-128 127', 807f",
    "BYTES_HIGH_FIRST, 4, '1 -2 7', 1e70",
    "BYTES_HIGH_FIRST, 3, '1 7 2', 3d00",
    "WORDS, 4, '1 2 3 4 5 6 7 8 9', 2143658709000000",
    "WORDS, 3, '0 1 2 3 4 5 6 7 7 6 5', 88c6fa7701000000",
    "WHOLE_FIELD_WORDS, 3, '0 1 2 3 4 5 6 7 7 6 5', 88c6fa3705000000",
    "INTERLEAVED_WORDS, 4, '0 1 2 3 4 5 6 7', 20643175",
    "SPLIT_BLOCKS, 4, '0 1 2', 00010200000000000000000000000000",
  })
  void packsAsTheFormatsDo(BitOrder order, int bits, String codes, String expected) {
    short[] values = values(codes);
    BitPacker packer = new BitPacker(order, bits);
    byte[] packed = new byte[packer.bytes(values.length)];
    packer.pack(values, 0, values.length, packed, 0);
    assertEquals(expected, hex(packed));
  }

  /** ggml's nibbles: of a block's sixteen bytes, byte j holds fields j and j + 16. */
  @Test
  void splitBlocksPairTheHalves() {
    short[] codes = new short[64];
    for (int i = 0; i < 64; i++) {
      codes[i] = (short) (i % 16);
    }
    codes[17] = 15;
    byte[] packed = new byte[32];
    new BitPacker(BitOrder.SPLIT_BLOCKS, 4).pack(codes, 0, 64, packed, 0);
    assertEquals(
        "00f12233445566778899aabbccddeeff" + "00112233445566778899aabbccddeeff", hex(packed));
  }

  @ParameterizedTest
  @CsvSource({"3, 16", "0, -9", "5, 300"})
  void namesACodeThatDoesNotFit(int at, short code) {
    short[] codes = new short[8];
    codes[at] = code;
    BitPacker packer = new BitPacker(BitOrder.BYTES, 4);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> packer.pack(codes, 0, 8, new byte[4], 0));
    assertTrue(e.getMessage().contains("code " + code + " at index " + at), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 9, 16})
  void refusesOtherWidths(int bits) {
    assertThrows(IllegalArgumentException.class, () -> new BitPacker(BitOrder.BYTES, bits));
  }

  @ParameterizedTest
  @CsvSource({"INTERLEAVED_WORDS, 3", "INTERLEAVED_WORDS, 8", "SPLIT_BLOCKS, 3", "SPLIT_BLOCKS, 6"})
  void refusesWidthsThatTheOrderDoesNotHave(BitOrder order, int bits) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> new BitPacker(order, bits));
    assertTrue(e.getMessage().contains(order.name()), e.getMessage());
  }

  @Test
  void refusesArraysThatAreTooShort() {
    BitPacker packer = new BitPacker(BitOrder.WORDS, 3);
    assertThrows(
        IndexOutOfBoundsException.class, () -> packer.pack(new short[4], 1, 4, new byte[4], 0));
    assertThrows(
        IndexOutOfBoundsException.class, () -> packer.pack(new short[4], 0, 4, new byte[4], 1));
    assertThrows(IndexOutOfBoundsException.class, () -> packer.unpack(new byte[3], 0, 1, false));
    assertThrows(
        ArithmeticException.class, () -> new BitPacker(BitOrder.WORDS, 8).bytes(Integer.MAX_VALUE));
  }

  private static void assertMarginsAreKept(byte[] packed) {
    for (int i = 0; i < MARGIN; i++) {
      assertEquals(0x5A, packed[i]);
      assertEquals(0x5A, packed[packed.length - 1 - i]);
    }
  }

  private static short[] values(String codes) {
    String[] texts = codes.split(" ", -1);
    short[] values = new short[texts.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Short.parseShort(texts[i]);
    }
    return values;
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
