package io.halftone.calibration.decoder;

import io.halftone.core.model.TensorInfo;
import io.halftone.core.model.WeightSource;
import io.halftone.core.tensor.FloatMatrix;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The float weights of a sublayer's linears, in memory. */
final class SublayerWeights implements WeightSource {
  private final Map<String, FloatLinear> linears = new LinkedHashMap<>();

  SublayerWeights(Sublayer sublayer) {
    sublayer.linears().stream()
        .map(FloatLinear::require)
        .forEach(linear -> linears.put(linear.name(), linear));
  }

  FloatLinear linear(String name) {
    return Objects.requireNonNull(linears.get(name), name);
  }

  @Override
  public Set<String> names() {
    return linears.keySet();
  }

  @Override
  public TensorInfo info(String name) {
    return new TensorInfo(name, linear(name).out(), linear(name).in());
  }

  @Override
  public FloatMatrix read(String name, int fromRow, int toRow) {
    return linear(name).weight().rows(fromRow, toRow);
  }

  /** {@inheritDoc} Shared, not to be changed. */
  @Override
  public FloatMatrix read(String name) {
    return linear(name).weight();
  }

  @Override
  public float[] bias(String name) {
    return linear(name).bias();
  }

  @Override
  public void close() {}
}
