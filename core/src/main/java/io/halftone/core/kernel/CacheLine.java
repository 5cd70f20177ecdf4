package io.halftone.core.kernel;

/**
 * Where the first right panel in an array of panels begins: a vector that crosses cache lines is
 * read twice, which can cost a quarter of a product's speed.
 *
 * <p>HotSpot puts the elements 16 bytes after the start of an array, and starts a cache line with
 * an array that is large for its collector: from half a region of G1 on. So these places begin a
 * line there. In other arrays they are as good as any; speed alone depends on it.
 */
public final class CacheLine {
  private static final int LINE = 64;
  private static final int HEADER = 16;

  /** Index of the first float of a line. */
  public static final int FIRST_FLOAT = (LINE - HEADER) / Float.BYTES;

  /** Index of the first double of a line. */
  public static final int FIRST_DOUBLE = (LINE - HEADER) / Double.BYTES;

  private CacheLine() {}
}
