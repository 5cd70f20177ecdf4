package io.halftone.cli.language;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.halftone.core.model.StoredTensor;
import io.halftone.core.quantized.Branch;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.Outcome;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.transform.Identity;
import io.halftone.io.TensorEntry;
import io.halftone.io.convert.QuantizedSource;
import io.halftone.io.gguf.block.BlockTensors;
import io.halftone.io.gguf.block.BlockType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A GGUF file as a quantized checkpoint: the linears of its blocks are layers; its embedding and
 * output matrix, which checkpoints have in float, are decoded to float32, which is exact.
 */
public final class QuantizedGguf implements QuantizedSource {
  private static final String WEIGHT = ".weight";
  private static final String IN_BLOCKS = "model.layers.";
  private static final Set<BlockType> FLOATS = Set.of(BlockType.F32, BlockType.F16, BlockType.BF16);

  private final DecodedTensors tensors;
  private final List<String> layers;

  private QuantizedGguf(DecodedTensors tensors, List<String> layers) {
    this.tensors = tensors;
    this.layers = layers;
  }

  /**
   * Sees a model as a checkpoint.
   *
   * @param model a GGUF file; closed with the result
   * @return empty if the linears of its blocks are all float
   */
  public static Optional<QuantizedGguf> of(LanguageModel model) {
    if (!model.weights().get(0).toString().endsWith(".gguf")) {
      return Optional.empty();
    }
    DecodedTensors tensors = new DecodedTensors(model);
    Predicate<String> quantized =
        name ->
            name.startsWith(IN_BLOCKS)
                && name.endsWith(WEIGHT)
                && !FLOATS.contains(tensors.type(name));
    List<String> layers =
        tensors.names().stream()
            .filter(quantized)
            .map(name -> name.substring(0, name.length() - WEIGHT.length()))
            .toList();
    return layers.isEmpty() ? Optional.empty() : Optional.of(new QuantizedGguf(tensors, layers));
  }

  @Override
  public Path path() {
    return tensors.model().path();
  }

  @Override
  public List<String> layers() {
    return layers;
  }

  @Override
  public QuantizedLinear layer(String name) throws IOException {
    BlockType type = tensors.type(name + WEIGHT);
    List<Long> shape = tensors.shape(name + WEIGHT);
    GridTensor weight;
    try {
      weight =
          BlockTensors.of(type)
              .read(
                  tensors.blocks(name + WEIGHT),
                  Math.toIntExact(shape.get(0)),
                  Math.toIntExact(shape.get(1)));
    } catch (IllegalArgumentException e) {
      throw new IOException("layer " + name + " of " + path() + ": " + e.getMessage(), e);
    }
    float[] bias =
        tensors.names().contains(name + ".bias")
            ? tensors.floats(name + ".bias").data()
            : new float[0];
    return new QuantizedLinear(
        name,
        new Identity(weight.cols()),
        List.of(new Branch(Schemes.FULL, weight)),
        bias,
        new Outcome.DataFree());
  }

  @Override
  public Set<String> tensors() {
    return tensors.names();
  }

  @Override
  public Optional<String> layerOf(String tensor) {
    return Optional.of(tensor.substring(0, Math.max(0, tensor.lastIndexOf('.'))))
        .filter(layers::contains);
  }

  /** {@inheritDoc} Blocks beside the layers are decoded to F32. */
  @Override
  public TensorEntry info(String tensor) {
    TensorEntry entry = tensors.model().tensors().info(tensor);
    return FLOATS.contains(tensors.type(tensor)) || layerOf(tensor).isPresent()
        ? entry
        : new TensorEntry(tensor, "F32", entry.shape(), entry.elements() * Float.BYTES);
  }

  @Override
  public StoredTensor read(String tensor) throws IOException {
    if (FLOATS.contains(tensors.type(tensor)) || layerOf(tensor).isPresent()) {
      return tensors.model().tensors().stored(tensor);
    }
    float[] values = tensors.floats(tensor).data();
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return new StoredTensor(tensor, "F32", tensors.shape(tensor), bytes);
  }

  @Override
  public List<String> ignored() {
    return List.of();
  }

  @Override
  public ObjectNode modelConfig() {
    return tensors.model().json();
  }

  @Override
  public Map<String, String> metadata() {
    return Map.of();
  }

  @Override
  public List<Path> companions() {
    return tensors.model().tokenizerFiles();
  }

  @Override
  public void close() throws IOException {
    tensors.close();
  }
}
