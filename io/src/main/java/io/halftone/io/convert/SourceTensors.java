package io.halftone.io.convert;

import io.halftone.core.model.StoredTensor;
import io.halftone.core.model.TensorSource;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.TensorEntry;
import io.halftone.io.gguf.block.BlockType;
import io.halftone.io.gguf.model.ReadyBlocks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A quantized model as weights and biases under the names of the float model it was made of, and
 * its matrices as GGUF holds them where a plan says that it holds them exactly.
 */
public final class SourceTensors implements TensorSource, ReadyBlocks {
  private static final String WEIGHT = ".weight";
  private static final String BIAS = ".bias";
  private static final Set<String> FLOATS = Set.of("F32", "F16", "BF16");

  private final QuantizedSource source;
  private final BlockPlan plan;
  private final Map<String, List<Long>> shapes = new LinkedHashMap<>();

  private SourceTensors(QuantizedSource source, BlockPlan plan) {
    this.source = source;
    this.plan = plan;
  }

  /**
   * A view of a model.
   *
   * @param source closed with this object
   * @throws IOException if a layer cannot be read
   */
  public static SourceTensors of(QuantizedSource source, BlockPlan plan) throws IOException {
    SourceTensors tensors = new SourceTensors(source, plan);
    for (String name : source.tensors()) {
      Optional<String> layer = source.layerOf(name);
      if (layer.isEmpty()) {
        tensors.shapes.put(name, source.info(name).shape());
      } else if (!tensors.shapes.containsKey(layer.get() + WEIGHT)) {
        tensors.add(source.layer(layer.get()));
      }
    }
    return tensors;
  }

  private void add(QuantizedLinear layer) {
    shapes.put(layer.name() + WEIGHT, List.of((long) layer.out(), (long) layer.in()));
    if (layer.bias().length > 0) {
      shapes.put(layer.name() + BIAS, List.of((long) layer.out()));
    }
  }

  @Override
  public Set<String> names() {
    return shapes.keySet();
  }

  @Override
  public List<Long> shape(String name) {
    List<Long> shape = shapes.get(name);
    if (shape == null) {
      throw new IllegalArgumentException("the model has no tensor " + name);
    }
    return shape;
  }

  private Optional<String> layerOf(String name) {
    int dot = Math.max(0, name.lastIndexOf('.'));
    return source.layers().contains(name.substring(0, dot))
        ? Optional.of(name.substring(0, dot))
        : Optional.empty();
  }

  @Override
  public FloatMatrix floats(String name, int fromRow, int toRow) throws IOException {
    int cols = Math.toIntExact(shape(name).get(shape(name).size() - 1));
    Optional<String> layer = layerOf(name);
    if (layer.isPresent()) {
      QuantizedLinear found = source.layer(layer.get());
      return name.endsWith(WEIGHT)
          ? found.decode().rows(fromRow, toRow)
          : FloatMatrix.wrap(found.bias(), 1, cols);
    }
    byte[] bytes = bytes(source.read(name));
    FloatMatrix all = FloatMatrix.zeros(shape(name).size() < 2 ? 1 : rows(name), cols);
    BlockType.valueOf(floatType(name)).codec().decode(bytes, 0, all.data(), 0, all.data().length);
    return all.rows(fromRow, toRow);
  }

  private int rows(String name) {
    return Math.toIntExact(shape(name).get(0));
  }

  private String floatType(String name) {
    TensorEntry entry = source.info(name);
    if (!FLOATS.contains(entry.type())) {
      throw new IllegalArgumentException(
          "tensor " + name + " has type " + entry.type() + ", not one of F32, F16 and BF16");
    }
    return entry.type();
  }

  private static byte[] bytes(StoredTensor tensor) {
    byte[] bytes = new byte[tensor.data().limit()];
    tensor.data().duplicate().rewind().get(bytes);
    return bytes;
  }

  /** {@inheritDoc} Float matrices keep their type. */
  @Override
  public Optional<BlockType> type(String tensor) {
    Optional<String> layer = layerOf(tensor);
    return layer.isPresent()
        ? Optional.ofNullable(plan.exact().get(layer.get()))
        : Optional.of(BlockType.valueOf(floatType(tensor)));
  }

  @Override
  public byte[] read(String tensor) throws IOException {
    Optional<String> layer = layerOf(tensor);
    if (layer.isEmpty()) {
      return bytes(source.read(tensor));
    }
    BlockType type = Objects.requireNonNull(plan.exact().get(layer.get()), tensor);
    return BlockLayer.exactly(source.layer(layer.get()), type).blocks().orElseThrow();
  }

  /**
   * Compares another reading of the model with this one.
   *
   * @return names of the tensors whose values differ
   * @throws IOException if a tensor cannot be read
   */
  public List<String> differences(TensorSource other) throws IOException {
    List<String> differing = new ArrayList<>();
    for (String name : names()) {
      if (!other.names().contains(name)
          || !Arrays.equals(floats(name).data(), other.floats(name).data())) {
        differing.add(name);
      }
    }
    return differing;
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
