package io.halftone.io;

import java.util.List;

/**
 * A tensor in a file.
 *
 * @param name in the file
 * @param type name of the element type in the file's terms, such as {@code F16} or {@code Q4_K}
 * @param shape extents, the outermost first; empty for a scalar
 * @param bytes length of its data
 */
public record TensorEntry(String name, String type, List<Long> shape, long bytes) {
  /** Takes a copy of the shape. */
  public TensorEntry {
    shape = List.copyOf(shape);
  }

  /** Rows of the tensor seen as a matrix: its first extent; 1 for vectors and scalars. */
  public long rows() {
    return shape.size() < 2 ? 1 : shape.get(0);
  }

  /** Elements of a row: the product of the extents after the first; a vector is one row. */
  public long cols() {
    long cols = 1;
    for (int d = shape.size() < 2 ? 0 : 1; d < shape.size(); d++) {
      cols *= shape.get(d);
    }
    return cols;
  }

  /** Number of elements. */
  public long elements() {
    return rows() * cols();
  }
}
