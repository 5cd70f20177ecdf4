package io.halftone.core.model;

import io.halftone.core.tensor.FloatMatrix;
import java.io.Closeable;
import java.io.IOException;
import java.util.Set;

/** The float weights of a model's linear layers. */
public interface WeightSource extends Closeable {
  /** Names of the linears, in the order they run. */
  Set<String> names();

  /**
   * Shape of a weight.
   *
   * @throws IllegalArgumentException if there is no such linear
   */
  TensorInfo info(String name);

  /**
   * Rows [fromRow, toRow) of a weight [out, in].
   *
   * @throws IOException if the file cannot be read
   */
  FloatMatrix read(String name, int fromRow, int toRow) throws IOException;

  /**
   * The bias of a linear [out]; empty when it has none.
   *
   * @throws IOException if the file cannot be read
   */
  float[] bias(String name) throws IOException;

  /** The whole weight [out, in]. */
  default FloatMatrix read(String name) throws IOException {
    return read(name, 0, info(name).rows());
  }
}
