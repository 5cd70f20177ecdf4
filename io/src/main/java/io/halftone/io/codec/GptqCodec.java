package io.halftone.io.codec;

import io.halftone.core.model.LayerCodec;
import io.halftone.core.model.StoredTensor;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.io.codec.PackedLines.Placement;
import io.halftone.io.pack.BitOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The GPTQ checkpoint format, for 2, 3, 4 and 8 bits.
 *
 * <p>With f fields of b bits in 32/b words: {@code qweight} I32 [in·b/32, out], codes packed along
 * the input; {@code qzeros} I32 [groups, out·b/32], zero points packed along the output; {@code
 * scales} F16 [groups, out]; {@code g_idx} I32 [in], the group of each input channel; {@code bias}.
 * value = scale · (code − zero).
 *
 * @param zeroPoints what {@code qzeros} holds
 * @see <a href="https://github.com/ModelCloud/GPTQModel">GPTQModel, nn_modules/qlinear</a>
 */
record GptqCodec(ZeroPoints zeroPoints) implements LayerCodec {
  private static final Set<Integer> BITS = Set.of(2, 3, 4, 8);
  private static final List<String> SCALE_TYPES = List.of("F16", "BF16");
  private static final String CODES = "qweight";
  private static final String ZEROS = "qzeros";
  private static final String SCALES = "scales";
  private static final String GROUPS = "g_idx";

  /** What {@code qzeros} holds. */
  enum ZeroPoints {
    /**
     * The zero point less one: format 1, which every reader knows; a zero point of 0 has no code.
     */
    LESS_ONE("gptq", 1),
    /** The zero point: format 2. */
    AS_IT_IS("gptq_v2", 0);

    private final String id;
    private final int less;

    ZeroPoints(String id, int less) {
      this.id = id;
      this.less = less;
    }
  }

  @Override
  public String id() {
    return zeroPoints.id;
  }

  @Override
  public Optional<String> obstacle(QuantizedLinear layer) {
    return IntegerWeight.obstacle(layer)
        .or(() -> Refusals.quantizedInput(layer))
        .or(() -> obstacle(IntegerWeight.of(layer)));
  }

  private Optional<String> obstacle(IntegerWeight weight) {
    if (!BITS.contains(weight.bits())) {
      return Optional.of(weight.bits() + " bits, not 2, 3, 4 or 8");
    }
    if (!fillsWords(weight.bits(), weight.out(), weight.in())) {
      return Optional.of(
          weight.out()
              + " x "
              + weight.in()
              + " weights of "
              + weight.bits()
              + " bits, which do not fill 32-bit words along both sides");
    }
    Optional<String> zero =
        zeroPoints == ZeroPoints.LESS_ONE ? weight.firstZeroPointOfZero() : Optional.empty();
    return zero.map(place -> "a zero point of 0 " + place + ", which only gptq_v2 can store")
        .or(() -> IntegerWeight.scaleObstacle(weight.scales(), SCALE_TYPES));
  }

  @Override
  public List<StoredTensor> encode(QuantizedLinear layer) {
    Refusals.requireNone(this, layer);
    IntegerWeight weight = IntegerWeight.of(layer);
    String name = layer.name();
    List<StoredTensor> stored = new ArrayList<>();
    stored.add(
        codes(weight.bits(), weight.out(), weight.in())
            .pack(LayerTensors.name(name, CODES), weight::code));
    stored.add(
        zeros(weight.bits(), weight.groups(), weight.out())
            .pack(LayerTensors.name(name, ZEROS), (g, o) -> weight.zero(o, g) - zeroPoints.less));
    stored.add(
        StoredFloats.tensor(
            LayerTensors.name(name, SCALES),
            weight.scales().format(),
            List.of((long) weight.groups(), (long) weight.out()),
            weight.scalesByGroup()));
    stored.add(GroupIndex.tensor(LayerTensors.name(name, GROUPS), layer));
    Biases.add(stored, layer, weight.scales().format());
    return stored;
  }

  @Override
  public QuantizedLinear decode(String layer, LayerScheme scheme, List<StoredTensor> stored) {
    LayerTensors tensors = new LayerTensors(id(), layer, stored);
    Refusals.requireIntegers(id(), layer, scheme, BITS);
    int bits = scheme.weight().format().bits();
    StoredTensor packed = tensors.look(CODES, List.of("I32"), 2);
    int out = Shapes.extent(packed, 1);
    int in = Math.toIntExact((long) Shapes.extent(packed, 0) * Integer.SIZE / bits);
    if (!fillsWords(bits, out, in)) {
      throw LayerTensors.wrong(
          packed, "shape " + packed.shape(), "whole words of " + bits + "-bit codes on both sides");
    }
    IntegerLayer parts = new IntegerLayer(id(), layer, scheme, packed, out, in);
    int groups = parts.groups();
    PackedLines codeLines = codes(bits, out, in);
    PackedLines zeroLines = zeros(bits, groups, out);
    int[] codes = codeLines.unpack(tensors.take(CODES, List.of("I32"), codeLines.shape()));
    StoredTensor packedZeros = tensors.take(ZEROS, List.of("I32"), zeroLines.shape());
    int[] zeros = zeros(parts, packedZeros, zeroLines.unpack(packedZeros));
    StoredTensor scales =
        tensors.take(SCALES, StoredFloats.TYPES, List.of((long) groups, (long) out));
    Optional<StoredTensor> index =
        tensors.takeIfPresent(GROUPS, List.of("I32"), List.of((long) in));
    float[] bias = Biases.take(tensors, out);
    tensors.finish();
    return parts.assemble(
        index.map(parts::order).orElseGet(parts::unordered),
        (o, channel) -> codes[o * in + channel],
        Shapes.transpose(StoredFloats.values(scales), groups, out),
        StoredFloats.format(scales),
        zeros,
        bias);
  }

  /** Zero points [out, groups] from stored fields [groups, out]. */
  private int[] zeros(IntegerLayer parts, StoredTensor tensor, int[] fields) {
    int[] zeros = Shapes.transpose(fields, parts.groups(), parts.out());
    for (int cell = 0; cell < zeros.length; cell++) {
      zeros[cell] += zeroPoints.less;
      if (zeros[cell] == 1 << parts.bits()) {
        throw LayerTensors.wrong(
            tensor,
            "the stored zero point " + (zeros[cell] - 1) + " " + parts.place(cell),
            "less than it: readers disagree whether it stands for 0 or " + zeros[cell]);
      }
    }
    parts.checkZeros(tensor, zeros);
    return zeros;
  }

  private static boolean fillsWords(int bits, int out, int in) {
    return (long) in * bits % Integer.SIZE == 0 && (long) out * bits % Integer.SIZE == 0;
  }

  private static PackedLines codes(int bits, int out, int in) {
    return new PackedLines(BitOrder.WORDS, bits, out, in, Placement.ACROSS);
  }

  private static PackedLines zeros(int bits, int groups, int out) {
    return new PackedLines(BitOrder.WORDS, bits, groups, out, Placement.LINE_BY_LINE);
  }
}
