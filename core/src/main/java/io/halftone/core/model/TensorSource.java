package io.halftone.core.model;

import io.halftone.core.tensor.FloatMatrix;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Every tensor of a checkpoint by its name in the file, decoded to float32 as it is read. */
public interface TensorSource extends Closeable {
  /** Names of all tensors, in the order of the file. */
  Set<String> names();

  /**
   * Dimensions of a tensor, outermost first.
   *
   * @throws IllegalArgumentException if there is no such tensor
   */
  List<Long> shape(String name);

  /**
   * Rows [fromRow, toRow) of a tensor with one or two dimensions; one with a single dimension is
   * one row.
   *
   * @throws IllegalArgumentException if there is no such tensor, or the rows are not in it
   * @throws IOException if the file cannot be read
   */
  FloatMatrix floats(String name, int fromRow, int toRow) throws IOException;

  /** The whole tensor, which must have one or two dimensions. */
  default FloatMatrix floats(String name) throws IOException {
    List<Long> shape = shape(name);
    return floats(name, 0, shape.size() < 2 ? 1 : Math.toIntExact(shape.get(0)));
  }
}
