package io.halftone.io.codec;

import io.halftone.core.model.LayerCodec;
import io.halftone.core.model.StoredTensor;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.io.codec.PackedLines.Placement;
import io.halftone.io.pack.BitOrder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The pack-quantized format of compressed-tensors: integers of 2 to 8 bits.
 *
 * <p>{@code weight_packed} I32 [out, words], code + 2^(b−1) packed along the input; {@code
 * weight_scale} [out, groups]; {@code weight_zero_point} I32 [words, groups], packed along the
 * output, only for weights with an offset; {@code weight_shape} I64 [2]; {@code weight_g_idx} I32
 * [in] where channels of a group are not neighbours; {@code bias}.
 *
 * <p>Widths of 2, 4 and 8 bits have one packing. For the others there are two: releases up to June
 * 2026 kept fields whole, later ones pack bits without gaps. Reading takes the one that the shape
 * shows and {@code packing} where both have the same shape.
 *
 * @param packing of codes and zero points
 * @see <a href="https://github.com/vllm-project/compressed-tensors/pull/732">vLLM
 *     compressed-tensors, pack_quantized</a>
 */
record PackQuantized(BitOrder packing) implements LayerCodec {
  private static final Set<Integer> BITS = Set.of(2, 3, 4, 5, 6, 7, 8);
  private static final List<BitOrder> PACKINGS =
      List.of(BitOrder.WORDS, BitOrder.WHOLE_FIELD_WORDS);
  private static final String PACKED = "weight_packed";
  private static final String SHAPE = "weight_shape";

  @Override
  public String id() {
    return "pack-quantized";
  }

  @Override
  public Optional<String> obstacle(QuantizedLinear layer) {
    return IntegerWeight.obstacle(layer).or(() -> CompressedTensors.inputObstacle(layer.input()));
  }

  @Override
  public List<StoredTensor> encode(QuantizedLinear layer) {
    Refusals.requireNone(this, layer);
    IntegerWeight weight = IntegerWeight.of(layer);
    String name = layer.name();
    List<StoredTensor> stored = new ArrayList<>();
    stored.add(
        codes(packing, weight.bits(), weight.out(), weight.in())
            .pack(LayerTensors.name(name, PACKED), weight::code));
    stored.add(
        StoredFloats.tensor(
            LayerTensors.name(name, CompressedTensors.SCALE),
            weight.scales().format(),
            List.of((long) weight.out(), (long) weight.groups()),
            weight.grid().scale()));
    if (weight.tensor().scheme().zeroPoint() == ZeroPoint.INTEGER) {
      stored.add(
          zeros(packing, weight.bits(), weight.groups(), weight.out())
              .pack(LayerTensors.name(name, CompressedTensors.ZERO), (g, o) -> weight.zero(o, g)));
    }
    ByteBuffer shape = Bytes.allocate(2 * Long.BYTES);
    shape.asLongBuffer().put(layer.out()).put(layer.in());
    stored.add(new StoredTensor(LayerTensors.name(name, SHAPE), "I64", List.of(2L), shape));
    if (!layer.online().isIdentity()) {
      stored.add(GroupIndex.tensor(LayerTensors.name(name, CompressedTensors.GROUPS), layer));
    }
    CompressedTensors.addInput(stored, layer);
    Biases.add(stored, layer, weight.scales().format());
    return stored;
  }

  @Override
  public QuantizedLinear decode(String layer, LayerScheme scheme, List<StoredTensor> stored) {
    LayerTensors tensors = new LayerTensors(id(), layer, stored);
    Refusals.requireIntegers(id(), layer, scheme, BITS);
    CompressedTensors.takeInput(tensors, scheme.input());
    StoredTensor shape = tensors.take(SHAPE, List.of("I64", "I32"), List.of(2L));
    int out = extent(shape, 0);
    int in = extent(shape, 1);
    IntegerLayer parts = new IntegerLayer(id(), layer, scheme, shape, out, in);
    BitOrder used = packing(tensors.look(PACKED, List.of("I32"), 2), parts.bits(), out, in);
    PackedLines codeLines = codes(used, parts.bits(), out, in);
    int[] codes = codeLines.unpack(tensors.take(PACKED, List.of("I32"), codeLines.shape()));
    StoredTensor scales =
        tensors.take(
            CompressedTensors.SCALE,
            StoredFloats.TYPES,
            List.of((long) out, (long) parts.groups()));
    int[] zeros = new int[0];
    if (parts.hasZeroPoints()) {
      PackedLines lines = zeros(used, parts.bits(), parts.groups(), out);
      StoredTensor packed = tensors.take(CompressedTensors.ZERO, List.of("I32"), lines.shape());
      zeros = Shapes.transpose(lines.unpack(packed), parts.groups(), out);
    }
    Optional<StoredTensor> index =
        tensors.takeIfPresent(CompressedTensors.GROUPS, List.of("I32"), List.of((long) in));
    float[] bias = Biases.take(tensors, out);
    tensors.finish();
    return parts.assemble(
        index.map(parts::order).orElseGet(parts::unordered),
        (o, channel) -> codes[o * in + channel],
        StoredFloats.values(scales),
        StoredFloats.format(scales),
        zeros,
        bias);
  }

  /** A dimension of the weight; older files store it as I32. */
  private static int extent(StoredTensor shape, int dimension) {
    ByteBuffer data = Bytes.of(shape);
    long extent =
        shape.type().equals("I64")
            ? data.getLong(dimension * Long.BYTES)
            : data.getInt(dimension * Integer.BYTES);
    if (extent < 1 || extent > Integer.MAX_VALUE) {
      throw LayerTensors.wrong(shape, "value " + extent, "extents from 1 to " + Integer.MAX_VALUE);
    }
    return (int) extent;
  }

  private BitOrder packing(StoredTensor packed, int bits, int out, int in) {
    List<BitOrder> possible =
        PACKINGS.stream()
            .filter(candidate -> codes(candidate, bits, out, in).shape().equals(packed.shape()))
            .toList();
    return possible.size() == 1 ? possible.get(0) : packing;
  }

  private static PackedLines codes(BitOrder packing, int bits, int out, int in) {
    return new PackedLines(packing, bits, out, in, Placement.LINE_BY_LINE);
  }

  private static PackedLines zeros(BitOrder packing, int bits, int groups, int out) {
    return new PackedLines(packing, bits, groups, out, Placement.ACROSS);
  }
}
