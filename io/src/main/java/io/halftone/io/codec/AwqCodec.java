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
 * The AWQ checkpoint format, version GEMM, 4 bits.
 *
 * <p>{@code qweight} I32 [in, out/8], codes packed along the output in the order 0, 2, 4, 6, 1, 3,
 * 5, 7; {@code qzeros} I32 [in/groupSize, out/8], zero points likewise; {@code scales} F16
 * [in/groupSize, out]; {@code bias}. value = scale · (code − zero). The scaling that gave the
 * method its name is folded into other weights and not stored.
 *
 * @see <a href="https://github.com/casper-hansen/AutoAWQ">AutoAWQ, modules/linear/gemm</a>
 */
record AwqCodec() implements LayerCodec {
  private static final int BITS = 4;
  private static final int PER_WORD = 8;
  private static final List<String> SCALE_TYPES = List.of("F16", "BF16");
  private static final String CODES = "qweight";
  private static final String ZEROS = "qzeros";
  private static final String SCALES = "scales";

  @Override
  public String id() {
    return "awq";
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
    if (weight.bits() != BITS) {
      return Optional.of(weight.bits() + " bits, not 4");
    }
    if (weight.out() % PER_WORD != 0) {
      return Optional.of(weight.out() + " outputs, not a multiple of 8");
    }
    return IntegerWeight.scaleObstacle(weight.scales(), SCALE_TYPES);
  }

  @Override
  public List<StoredTensor> encode(QuantizedLinear layer) {
    Refusals.requireNone(this, layer);
    IntegerWeight weight = IntegerWeight.of(layer);
    String name = layer.name();
    List<StoredTensor> stored = new ArrayList<>();
    stored.add(
        lines(weight.in(), weight.out())
            .pack(LayerTensors.name(name, CODES), (channel, o) -> weight.code(o, channel)));
    stored.add(
        lines(weight.groups(), weight.out())
            .pack(LayerTensors.name(name, ZEROS), (g, o) -> weight.zero(o, g)));
    stored.add(
        StoredFloats.tensor(
            LayerTensors.name(name, SCALES),
            weight.scales().format(),
            List.of((long) weight.groups(), (long) weight.out()),
            weight.scalesByGroup()));
    Biases.add(stored, layer, weight.scales().format());
    return stored;
  }

  @Override
  public QuantizedLinear decode(String layer, LayerScheme scheme, List<StoredTensor> stored) {
    LayerTensors tensors = new LayerTensors(id(), layer, stored);
    Refusals.requireIntegers(id(), layer, scheme, Set.of(BITS));
    StoredTensor packed = tensors.look(CODES, List.of("I32"), 2);
    int in = Shapes.extent(packed, 0);
    int out = Math.multiplyExact(Shapes.extent(packed, 1), PER_WORD);
    IntegerLayer parts = new IntegerLayer(id(), layer, scheme, packed, out, in);
    int groups = parts.groups();
    PackedLines codeLines = lines(in, out);
    PackedLines zeroLines = lines(groups, out);
    int[] codes = codeLines.unpack(tensors.take(CODES, List.of("I32"), codeLines.shape()));
    StoredTensor packedZeros = tensors.take(ZEROS, List.of("I32"), zeroLines.shape());
    int[] zeros = Shapes.transpose(zeroLines.unpack(packedZeros), groups, out);
    parts.checkZeros(packedZeros, zeros);
    StoredTensor scales =
        tensors.take(SCALES, StoredFloats.TYPES, List.of((long) groups, (long) out));
    float[] bias = Biases.take(tensors, out);
    tensors.finish();
    return parts.assemble(
        parts.unordered(),
        (o, channel) -> codes[channel * out + o],
        Shapes.transpose(StoredFloats.values(scales), groups, out),
        StoredFloats.format(scales),
        zeros,
        bias);
  }

  private static PackedLines lines(int lines, int out) {
    return new PackedLines(BitOrder.INTERLEAVED_WORDS, BITS, lines, out, Placement.LINE_BY_LINE);
  }
}
