package io.halftone.testkit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Seeded damage to files: bits flipped, the end cut off, bytes inserted, stretches exchanged with
 * other files, and lies where formats keep their sizes, counts and offsets, in binary, as a varint
 * or in digits.
 *
 * @param originals undamaged files of one format
 * @param words of the format, put into its text at random
 */
record Damage(List<byte[]> originals, List<String> words) {
  private static final long[] LIES = {
    0,
    1,
    2,
    -1,
    Long.MIN_VALUE,
    Long.MAX_VALUE,
    Integer.MIN_VALUE,
    Integer.MAX_VALUE,
    Integer.MAX_VALUE - 8L,
    1L << 31,
    (1L << 32) - 1,
    1L << 32,
    1L << 40,
    1L << 61,
    0xffff,
    1000
  };
  private static final String[] NUMBERS = {
    "0",
    "-1",
    "1",
    "2147483647",
    "2147483648",
    "4294967296",
    "4611686018427387904",
    "9223372036854775807",
    "18446744073709551616",
    "1e400",
    "0.5",
    "99999999999999999999999999"
  };

  /** A damaged copy of one of the files; the same seed gives the same damage. */
  byte[] apply(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] bytes = originals.get(random.nextInt(originals.size()));
    int changes = 1 + Math.min(random.nextInt(4), random.nextInt(4));
    for (int i = 0; i < changes && bytes.length > 0; i++) {
      bytes = change(bytes, random);
    }
    return bytes;
  }

  private byte[] change(byte[] bytes, SplittableRandom random) {
    return switch (random.nextInt(9)) {
      case 0 -> flipped(bytes, random);
      case 1 -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
      case 2 -> replaced(bytes, place(bytes, random), 0, random(random, 1 + random.nextInt(16)));
      case 3 -> spliced(bytes, random);
      case 4, 5 -> lie(bytes, random);
      case 6 -> varint(bytes, random);
      case 7 -> digits(bytes, random);
      default -> word(bytes, random);
    };
  }

  private static byte[] flipped(byte[] bytes, SplittableRandom random) {
    byte[] result = bytes.clone();
    for (int count = 1 + random.nextInt(8); count > 0; count--) {
      result[place(bytes, random)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
    }
    return result;
  }

  private byte[] spliced(byte[] bytes, SplittableRandom random) {
    byte[] other = originals.get(random.nextInt(originals.size()));
    int from = random.nextInt(other.length);
    int to = from + random.nextInt(Math.min(other.length - from, 256) + 1);
    return replaced(
        bytes,
        random.nextInt(bytes.length),
        random.nextBoolean() ? to - from : random.nextInt(64),
        Arrays.copyOfRange(other, from, to));
  }

  /** Overwrites two, four or eight bytes with a number that no honest file has there. */
  private static byte[] lie(byte[] bytes, SplittableRandom random) {
    int width = 2 << random.nextInt(3);
    long value =
        random.nextInt(4) == 0
            ? bytes.length + random.nextInt(-16, 17)
            : LIES[random.nextInt(LIES.length)];
    byte[] number =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    return replaced(bytes, place(bytes, random), width, Arrays.copyOf(number, width));
  }

  /** Overwrites a byte with a number in groups of seven bits, lowest first. */
  private static byte[] varint(byte[] bytes, SplittableRandom random) {
    byte[] number = new byte[10];
    int length = 0;
    long rest = LIES[random.nextInt(LIES.length)];
    while ((rest & ~0x7fL) != 0) {
      number[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    number[length++] = (byte) rest;
    return replaced(bytes, place(bytes, random), random.nextInt(3), Arrays.copyOf(number, length));
  }

  /** Replaces the first number in digits after a place. */
  private static byte[] digits(byte[] bytes, SplittableRandom random) {
    int from = place(bytes, random);
    while (from < bytes.length && !isDigit(bytes[from])) {
      from++;
    }
    int to = from;
    while (to < bytes.length && isDigit(bytes[to])) {
      to++;
    }
    return replaced(bytes, from, to - from, ascii(NUMBERS[random.nextInt(NUMBERS.length)]));
  }

  private byte[] word(byte[] bytes, SplittableRandom random) {
    if (words.isEmpty()) {
      return flipped(bytes, random);
    }
    byte[] word = ascii(words.get(random.nextInt(words.size())));
    int removed = random.nextBoolean() ? word.length : random.nextInt(12);
    return replaced(bytes, place(bytes, random), removed, word);
  }

  /** Half of the damage goes to the beginning, where headers are. */
  private static int place(byte[] bytes, SplittableRandom random) {
    return random.nextInt(random.nextBoolean() ? bytes.length : Math.min(bytes.length, 128));
  }

  private static byte[] replaced(byte[] bytes, int at, int removed, byte[] inserted) {
    int rest = Math.min(bytes.length, at + removed);
    byte[] result = Arrays.copyOf(bytes, at + inserted.length + bytes.length - rest);
    System.arraycopy(inserted, 0, result, at, inserted.length);
    System.arraycopy(bytes, rest, result, at + inserted.length, bytes.length - rest);
    return result;
  }

  private static byte[] random(SplittableRandom random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static boolean isDigit(byte value) {
    return value >= '0' && value <= '9';
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
