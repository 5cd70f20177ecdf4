package io.halftone.io;

import io.halftone.core.model.TensorInfo;
import io.halftone.core.model.WeightSource;
import io.halftone.core.tensor.FloatMatrix;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The linear layers of a {@link TensorFile}: the weight of a layer {@code L} is the tensor {@code
 * L.weight} [out, in], its bias {@code L.bias} [out], both of a float type.
 */
public final class TensorWeights implements WeightSource {
  private static final String WEIGHT = ".weight";
  private static final String BIAS = ".bias";

  private final TensorFile file;
  private final Set<String> names;

  /**
   * Some layers of a file.
   *
   * @param file closed with this object
   * @param linears names of the layers, in the order they run
   * @throws IllegalArgumentException if one of them is missing or not a matrix
   */
  public TensorWeights(TensorFile file, List<String> linears) {
    this.file = file;
    this.names = Collections.unmodifiableSet(new LinkedHashSet<>(linears));
    this.names.forEach(this::info);
  }

  @Override
  public Set<String> names() {
    return names;
  }

  @Override
  public TensorInfo info(String name) {
    TensorEntry entry = file.info(name + WEIGHT);
    if (entry.shape().size() != 2
        || entry.rows() > Integer.MAX_VALUE
        || entry.cols() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "the weight of " + name + " has shape " + entry.shape() + ", it must be [out, in]");
    }
    return new TensorInfo(name, (int) entry.rows(), (int) entry.cols());
  }

  @Override
  public FloatMatrix read(String name, int fromRow, int toRow) throws IOException {
    return file.floats(name + WEIGHT, fromRow, toRow);
  }

  @Override
  public float[] bias(String name) throws IOException {
    return file.contains(name + BIAS) ? file.floats(name + BIAS).data() : new float[0];
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
