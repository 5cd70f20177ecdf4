package io.halftone.core.model;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A tensor as a file holds it.
 *
 * @param name in the file
 * @param type name of the element type in the file's terms, such as {@code F16}, {@code I32}
 * @param shape dimensions
 * @param data little-endian bytes, read from position 0 to the limit
 */
public record StoredTensor(String name, String type, List<Long> shape, ByteBuffer data) {
  /** Takes a copy of the shape. */
  public StoredTensor {
    shape = List.copyOf(shape);
  }
}
