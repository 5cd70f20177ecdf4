package io.halftone.io.codec;

import io.halftone.core.model.LayerCodec;
import io.halftone.core.model.StoredTensor;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.io.pack.BitOrder;
import io.halftone.io.pack.BitPacker;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The constants of ONNX Runtime's {@code com.microsoft.MatMulNBits}: codes of 2, 4 or 8 bits in
 * blocks along the input.
 *
 * <p>{@code B} U8 [out, in/block, block·bits/8], {@code scales} [out, in/block], with zero points
 * {@code zero_points} U8 [out, ⌈in/block·bits/8⌉], {@code bias}. The block is the largest of 16,
 * 32, 64 and 128 that divides the group; a wider group repeats its scale. Codes of other widths
 * stand around the middle of the next width that there is.
 *
 * @see <a
 *     href="https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md">ContribOperators,
 *     MatMulNBits</a>
 */
record MatMulNBitsCodec() implements LayerCodec {
  private static final int SMALLEST_BLOCK = 16;
  private static final int LARGEST_BLOCK = 128;
  private static final String CODES = "B";
  private static final String SCALES = "scales";
  private static final String ZEROS = "zero_points";
  private static final List<String> BYTES = List.of("U8");

  @Override
  public String id() {
    return "matmulnbits";
  }

  @Override
  public Optional<String> obstacle(QuantizedLinear layer) {
    return IntegerWeight.obstacle(layer)
        .or(() -> Refusals.quantizedInput(layer))
        .or(() -> obstacle(layer, IntegerWeight.of(layer)));
  }

  private static Optional<String> obstacle(QuantizedLinear layer, IntegerWeight weight) {
    if (!layer.online().isIdentity()) {
      return Optional.of("groups of channels that are not neighbours");
    }
    if (weight.groupSize() % SMALLEST_BLOCK != 0) {
      return Optional.of("groups of " + weight.groupSize() + ", not a multiple of 16");
    }
    return Optional.empty();
  }

  private static int block(int groupSize) {
    return Math.min(LARGEST_BLOCK, Integer.lowestOneBit(groupSize));
  }

  /** The width there is for a width. */
  private static int container(int bits) {
    return bits <= 2 ? 2 : bits <= 4 ? 4 : 8;
  }

  /** What is added to the codes of a width, so that the middle stays the middle. */
  private static int shift(int bits) {
    return (1 << (container(bits) - 1)) - (1 << (bits - 1));
  }

  @Override
  public List<StoredTensor> encode(QuantizedLinear layer) {
    Refusals.requireNone(this, layer);
    IntegerWeight weight = IntegerWeight.of(layer);
    int bits = container(weight.bits());
    int block = block(weight.groupSize());
    int blocks = weight.in() / block;
    List<StoredTensor> stored = new ArrayList<>();
    stored.add(
        packed(
            LayerTensors.name(layer.name(), CODES),
            List.of((long) weight.out(), (long) blocks, (long) block * bits / Byte.SIZE),
            new Rows(weight.out(), weight.in(), bits),
            (o, channel) -> weight.code(o, channel) + shift(weight.bits())));
    stored.add(
        StoredFloats.tensor(
            LayerTensors.name(layer.name(), SCALES),
            weight.scales().format(),
            List.of((long) weight.out(), (long) blocks),
            repeated(weight, blocks)));
    if (weight.tensor().scheme().zeroPoint() == ZeroPoint.INTEGER) {
      Rows rows = new Rows(weight.out(), blocks, bits);
      stored.add(
          packed(
              LayerTensors.name(layer.name(), ZEROS),
              List.of((long) rows.count(), (long) rows.bytes()),
              rows,
              (o, b) -> weight.zero(o, b * block / weight.groupSize()) + shift(weight.bits())));
    }
    Biases.add(stored, layer, weight.scales().format());
    return stored;
  }

  /** Rows of fields, each of whole bytes. */
  private record Rows(int count, int fields, int bits) {
    int bytes() {
      return packer().bytes(fields);
    }

    BitPacker packer() {
      return new BitPacker(BitOrder.BYTES, bits);
    }

    long allBytes() {
      return (long) count * bytes();
    }
  }

  private static StoredTensor packed(
      String name, List<Long> shape, Rows rows, PackedLines.Field value) {
    byte[] bytes = new byte[Math.toIntExact(rows.allBytes())];
    BitPacker packer = rows.packer();
    for (int r = 0; r < rows.count(); r++) {
      for (int field = 0; field < rows.fields(); field++) {
        packer.put(bytes, r * rows.bytes(), field, value.at(r, field));
      }
    }
    return new StoredTensor(name, BYTES.get(0), shape, ByteBuffer.wrap(bytes));
  }

  private static float[] repeated(IntegerWeight weight, int blocks) {
    float[] scales = new float[weight.out() * blocks];
    int each = blocks / weight.groups();
    for (int i = 0; i < scales.length; i++) {
      scales[i] = weight.grid().scale()[i / each];
    }
    return scales;
  }

  @Override
  public QuantizedLinear decode(String layer, LayerScheme scheme, List<StoredTensor> stored) {
    LayerTensors tensors = new LayerTensors(id(), layer, stored);
    Refusals.requireIntegers(id(), layer, scheme, Set.of(2, 3, 4, 5, 6, 7, 8));
    StoredTensor look = tensors.look(CODES, BYTES, 3);
    int bits = container(scheme.weight().format().bits());
    int out = Shapes.extent(look, 0);
    int blocks = Shapes.extent(look, 1);
    int block = Math.multiplyExact(Shapes.extent(look, 2), Byte.SIZE) / bits;
    int in = Math.multiplyExact(blocks, block);
    IntegerLayer parts = new IntegerLayer(id(), layer, scheme, look, out, in);
    int group = in / parts.groups();
    if (group % SMALLEST_BLOCK != 0 || block != block(group)) {
      throw LayerTensors.wrong(look, "blocks of " + block, "blocks for groups of " + group);
    }
    Rows rows = new Rows(out, in, bits);
    byte[] codes = bytes(tensors.take(CODES, BYTES, look.shape()), rows);
    requireCodes(look, codes, rows, parts.bits());
    StoredTensor scales =
        tensors.take(SCALES, StoredFloats.TYPES, List.of((long) out, (long) blocks));
    int[] zeros = parts.hasZeroPoints() ? zeros(tensors, parts, blocks, bits) : new int[0];
    float[] bias = Biases.take(tensors, out);
    tensors.finish();
    int shift = shift(parts.bits());
    BitPacker packer = rows.packer();
    return parts.assemble(
        parts.unordered(),
        (o, channel) -> packer.get(codes, o * rows.bytes(), channel) - shift,
        once(scales, parts, blocks),
        StoredFloats.format(scales),
        zeros,
        bias);
  }

  private static byte[] bytes(StoredTensor tensor, Rows rows) {
    byte[] bytes = new byte[Math.toIntExact(rows.allBytes())];
    Bytes.of(tensor).get(bytes);
    return bytes;
  }

  private static void requireCodes(StoredTensor tensor, byte[] packed, Rows rows, int bits) {
    BitPacker packer = rows.packer();
    for (int r = 0; shift(bits) > 0 && r < rows.count(); r++) {
      for (int field = 0; field < rows.fields(); field++) {
        int code = packer.get(packed, r * rows.bytes(), field) - shift(bits);
        if (code < 0 || code >= 1 << bits) {
          throw LayerTensors.wrong(
              tensor,
              "code " + code + " at row " + r + ", number " + field,
              "0 to " + ((1 << bits) - 1));
        }
      }
    }
  }

  private static int[] zeros(LayerTensors tensors, IntegerLayer parts, int blocks, int bits) {
    Rows rows = new Rows(parts.out(), blocks, bits);
    StoredTensor stored =
        tensors.take(ZEROS, BYTES, List.of((long) rows.count(), (long) rows.bytes()));
    byte[] packed = bytes(stored, rows);
    requireCodes(stored, packed, rows, parts.bits());
    int each = blocks / parts.groups();
    int[] zeros = new int[parts.out() * parts.groups()];
    for (int i = 0; i < rows.count() * blocks; i++) {
      int zero =
          rows.packer().get(packed, i / blocks * rows.bytes(), i % blocks) - shift(parts.bits());
      if (i % each > 0 && zeros[i / each] != zero) {
        throw LayerTensors.wrong(
            stored, "zero points that differ " + parts.place(i / each), "one for each group");
      }
      zeros[i / each] = zero;
    }
    return zeros;
  }

  private static float[] once(StoredTensor scales, IntegerLayer parts, int blocks) {
    float[] all = StoredFloats.values(scales);
    int each = blocks / parts.groups();
    float[] once = new float[parts.out() * parts.groups()];
    for (int i = 0; i < all.length; i++) {
      if (i % each > 0 && once[i / each] != all[i]) {
        throw LayerTensors.wrong(
            scales, "scales that differ " + parts.place(i / each), "one for each group");
      }
      once[i / each] = all[i];
    }
    return once;
  }
}
