package io.halftone.io.codec;

import io.halftone.core.format.Formats;
import io.halftone.core.format.IntFormat;
import io.halftone.core.model.LayerCodec;
import io.halftone.core.model.StoredTensor;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.Timing;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.io.pack.BitOrder;
import io.halftone.io.pack.BitPacker;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Jlama's dialect of safetensors: symmetric integers in groups of 32 with float32 scales.
 *
 * <p>{@code weight} of type Q4 or I8 [out, in] and {@code weight.qb} F32 [out, in/32]. A block of
 * Q4 has 16 bytes, byte j holding code j + 8 low and code j + 16 (+ 8) high. The type Q4 is unknown
 * to other readers of safetensors.
 *
 * @param bits 4 or 8
 * @see <a href="https://github.com/tjake/Jlama">Jlama, Q4ByteBufferTensor</a>
 */
record JlamaCodec(int bits) implements LayerCodec {
  private static final int BLOCK = 32;
  private static final int OFFSET = 8;
  private static final BitPacker NIBBLES = new BitPacker(BitOrder.SPLIT_BLOCKS, 4);
  private static final String WEIGHT = "weight";
  private static final String SCALES = "weight.qb";

  @Override
  public String id() {
    return bits == 4 ? "jlama-q4" : "jlama-i8";
  }

  private String type() {
    return bits == 4 ? "Q4" : "I8";
  }

  @Override
  public Optional<String> obstacle(QuantizedLinear layer) {
    return IntegerWeight.obstacle(layer)
        .or(() -> Refusals.quantizedInput(layer))
        .or(() -> obstacle(layer, IntegerWeight.of(layer)));
  }

  private Optional<String> obstacle(QuantizedLinear layer, IntegerWeight weight) {
    if (!layer.online().isIdentity()) {
      return Optional.of("groups of channels that are not neighbours");
    }
    if (weight.bits() != bits || weight.tensor().scheme().zeroPoint() != ZeroPoint.NONE) {
      return Optional.of(
          "codes of "
              + weight.tensor().scheme().format().name()
              + " with zero points "
              + weight.tensor().scheme().zeroPoint()
              + ", not symmetric INT"
              + bits);
    }
    if (weight.groupSize() != BLOCK) {
      return Optional.of("groups of " + weight.groupSize() + ", not 32");
    }
    return IntegerWeight.scaleObstacle(weight.scales(), List.of("F32"));
  }

  @Override
  public List<StoredTensor> encode(QuantizedLinear layer) {
    Refusals.requireNone(this, layer);
    IntegerWeight weight = IntegerWeight.of(layer);
    List<Long> shape = List.of((long) layer.out(), (long) layer.in());
    ByteBuffer data = Bytes.allocate((long) layer.out() * layer.in() * bits / Byte.SIZE);
    short[] codes = weight.tensor().codes().values();
    if (bits == Byte.SIZE) {
      for (short code : codes) {
        data.put((byte) code);
      }
    } else {
      short[] shifted = new short[codes.length];
      for (int i = 0; i < codes.length; i++) {
        shifted[i] = (short) (codes[i] + OFFSET);
      }
      byte[] packed = new byte[data.remaining()];
      NIBBLES.pack(shifted, 0, shifted.length, packed, 0);
      data.put(packed);
    }
    List<StoredTensor> stored = new ArrayList<>();
    stored.add(
        new StoredTensor(LayerTensors.name(layer.name(), WEIGHT), type(), shape, data.flip()));
    stored.add(
        StoredFloats.tensor(
            LayerTensors.name(layer.name(), SCALES),
            Formats.F32,
            List.of((long) layer.out(), (long) weight.groups()),
            weight.grid().scale()));
    Biases.add(stored, layer, Formats.F32);
    return stored;
  }

  @Override
  public QuantizedLinear decode(String layer, LayerScheme scheme, List<StoredTensor> stored) {
    LayerTensors tensors = new LayerTensors(id(), layer, stored);
    Refusals.requireIntegers(id(), layer, scheme, Set.of(bits));
    boolean blocks =
        scheme.weight().granularity() instanceof Granularity.PerGroup g && g.size() == BLOCK;
    if (!blocks || scheme.weight().zeroPoint() != ZeroPoint.NONE) {
      throw new IllegalArgumentException(
          "layer " + layer + ": " + id() + " holds symmetric weights in groups of 32 only");
    }
    StoredTensor look = tensors.look(WEIGHT, List.of(type()), 2);
    int out = Shapes.extent(look, 0);
    int in = Shapes.extent(look, 1);
    IntegerLayer parts = new IntegerLayer(id(), layer, scheme, look, out, in);
    ByteBuffer data = Bytes.of(tensors.take(WEIGHT, List.of(type()), look.shape()));
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    StoredTensor scales =
        tensors.take(SCALES, List.of("F32"), List.of((long) out, (long) parts.groups()));
    float[] bias = Biases.take(tensors, out);
    tensors.finish();
    return parts.assemble(
        parts.unordered(),
        (o, channel) -> unsigned(bytes, o * in + channel),
        StoredFloats.values(scales),
        Formats.F32,
        new int[0],
        bias);
  }

  private int unsigned(byte[] data, int index) {
    return bits == Byte.SIZE ? data[index] + (1 << (Byte.SIZE - 1)) : NIBBLES.get(data, 0, index);
  }

  /** The weight scheme that the dialect's tensors have. */
  static TensorScheme scheme(int bits) {
    return new TensorScheme(
        new IntFormat(bits, true),
        new Granularity.PerGroup(BLOCK),
        new ScaleSpec.Stored(Formats.F32),
        ZeroPoint.NONE,
        Timing.STATIC);
  }
}
