package io.halftone.io.gguf.block;

import io.halftone.core.model.LayerCodec;
import io.halftone.core.model.StoredTensor;
import io.halftone.core.quantized.Branch;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.Outcome;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.transform.Identity;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Layers as blocks of GGUF, each of the type that its scheme is: {@code weight_<type>} U8 [out,
 * bytes of a row] and {@code bias} F32 [out]. The scheme of a layer is known from its type.
 */
public record BlocksCodec() implements LayerCodec {
  /** Beginning of the name of a layer's part that holds its blocks. */
  public static final String PART = "weight_";

  private static final String BIAS = "bias";
  private static final String BYTES = "U8";

  @Override
  public String id() {
    return "gguf-blocks";
  }

  @Override
  public Optional<String> obstacle(QuantizedLinear layer) {
    if (layer.branches().size() != 1
        || !(layer.branches().get(0).weight() instanceof GridTensor tensor)) {
      return Optional.of("more than codes on one grid");
    }
    if (!layer.online().isIdentity() || !layer.input().isFull()) {
      return Optional.of("inputs that are quantized or in another order");
    }
    Optional<BlockType> type = type(tensor);
    if (type.isEmpty()) {
      return Optional.of("a weight of " + tensor.scheme() + ", which no block type holds");
    }
    try {
      BlockTensors.of(type.get()).write(tensor);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of("a number that blocks do not hold: " + e.getMessage());
    }
  }

  private static Optional<BlockType> type(GridTensor tensor) {
    return BlockTensors.types().stream()
        .filter(type -> BlockTensors.of(type).scheme().equals(tensor.scheme()))
        .filter(type -> tensor.cols() % type.codec().blockSize() == 0)
        .findFirst();
  }

  @Override
  public List<StoredTensor> encode(QuantizedLinear layer) {
    obstacle(layer)
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException(
                  "layer " + layer.name() + " cannot be written as " + id() + ": it has " + reason);
            });
    GridTensor tensor = (GridTensor) layer.branches().get(0).weight();
    BlockType type = type(tensor).orElseThrow();
    byte[] blocks = BlockTensors.of(type).write(tensor);
    List<StoredTensor> stored = new ArrayList<>();
    stored.add(
        new StoredTensor(
            layer.name() + "." + PART + type.name().toLowerCase(Locale.ROOT),
            BYTES,
            List.of((long) layer.out(), (long) blocks.length / layer.out()),
            ByteBuffer.wrap(blocks)));
    if (layer.bias().length > 0) {
      ByteBuffer bias =
          ByteBuffer.allocate(layer.bias().length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      bias.asFloatBuffer().put(layer.bias());
      stored.add(
          new StoredTensor(layer.name() + "." + BIAS, "F32", List.of((long) layer.out()), bias));
    }
    return stored;
  }

  @Override
  public QuantizedLinear decode(String layer, LayerScheme scheme, List<StoredTensor> stored) {
    Optional<float[]> bias = Optional.empty();
    Optional<GridTensor> weight = Optional.empty();
    for (StoredTensor tensor : stored) {
      Optional<BlockType> type = typeOf(tensor.name());
      boolean mine = tensor.name().startsWith(layer + ".");
      if (bias.isEmpty() && tensor.name().equals(layer + "." + BIAS)) {
        bias = Optional.of(floats(tensor));
      } else if (mine && type.isPresent() && weight.isEmpty()) {
        weight = Optional.of(weight(tensor, type.get()));
      } else {
        throw malformed(tensor, "is not known, or there twice");
      }
    }
    GridTensor codes =
        weight.orElseThrow(
            () ->
                new IllegalArgumentException(
                    "layer " + layer + " has no tensor " + layer + "." + PART + "<type>"));
    return new QuantizedLinear(
        layer,
        new Identity(codes.cols()),
        List.of(new Branch(Schemes.FULL, codes)),
        bias.orElse(new float[0]),
        new Outcome.DataFree());
  }

  private static IllegalArgumentException malformed(StoredTensor tensor, String reason) {
    return new IllegalArgumentException(
        "tensor "
            + tensor.name()
            + " of type "
            + tensor.type()
            + " and shape "
            + tensor.shape()
            + " with "
            + tensor.data().limit()
            + " bytes "
            + reason);
  }

  /** The type of the blocks in a tensor, by its name; empty if it holds none. */
  public static Optional<BlockType> typeOf(String tensor) {
    String part = tensor.substring(tensor.lastIndexOf('.') + 1);
    return BlockTensors.types().stream()
        .filter(type -> part.equals(PART + type.name().toLowerCase(Locale.ROOT)))
        .findFirst();
  }

  private static GridTensor weight(StoredTensor tensor, BlockType type) {
    BlockCodec codec = type.codec();
    byte[] blocks = new byte[tensor.data().limit()];
    tensor.data().duplicate().rewind().get(blocks);
    boolean matrix = tensor.type().equals(BYTES) && tensor.shape().size() == 2;
    long rows = matrix ? tensor.shape().get(0) : 0;
    long rowBytes = matrix ? tensor.shape().get(1) : 0;
    if (rows < 1
        || rowBytes < 1
        || rowBytes % codec.blockBytes() != 0
        || rows * rowBytes != blocks.length) {
      throw malformed(tensor, "is no U8 matrix of whole blocks of " + codec.blockBytes());
    }
    int cols = Math.toIntExact(rowBytes / codec.blockBytes() * codec.blockSize());
    return BlockTensors.of(type).read(blocks, Math.toIntExact(rows), cols);
  }

  private static float[] floats(StoredTensor tensor) {
    ByteBuffer bytes = tensor.data().duplicate().rewind().order(ByteOrder.LITTLE_ENDIAN);
    List<Long> shape = List.of((long) bytes.remaining() / Float.BYTES);
    if (!tensor.type().equals("F32")
        || !tensor.shape().equals(shape)
        || bytes.remaining() % Float.BYTES != 0) {
      throw malformed(tensor, "is no F32 vector");
    }
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }
}
