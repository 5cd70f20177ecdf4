package io.halftone.io.npy;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Seeded damage to a file: bytes replaced, the end cut off, bytes inserted, a stretch repeated. */
public final class Mutations {
  private Mutations() {}

  /** A damaged copy; the same seed gives the same damage. */
  public static byte[] mutate(byte[] good, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] bytes = good.clone();
    int kind = random.nextInt(4);
    if (kind == 0) {
      return Arrays.copyOf(bytes, random.nextInt(bytes.length));
    }
    if (kind == 1) {
      int at = random.nextInt(bytes.length);
      int count = 1 + random.nextInt(16);
      byte[] longer = Arrays.copyOf(bytes, bytes.length + count);
      System.arraycopy(bytes, at, longer, at + count, bytes.length - at);
      return longer;
    }
    int changes = 1 + random.nextInt(8);
    for (int i = 0; i < changes; i++) {
      bytes[random.nextInt(bytes.length)] = (byte) (kind == 2 ? random.nextInt(256) : 0xff);
    }
    return bytes;
  }
}
