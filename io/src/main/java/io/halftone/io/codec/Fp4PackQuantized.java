package io.halftone.io.codec;

import io.halftone.core.format.Formats;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.model.LayerCodec;
import io.halftone.core.model.StoredTensor;
import io.halftone.core.quantized.Branch;
import io.halftone.core.quantized.Codes;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.GridStorage;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.NestedScales;
import io.halftone.core.quantized.Outcome;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.BlockFormats;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.transform.Identity;
import io.halftone.io.pack.BitOrder;
import io.halftone.io.pack.BitPacker;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The 4-bit floating-point formats of compressed-tensors: nvfp4-pack-quantized and
 * mxfp4-pack-quantized.
 *
 * <p>{@code weight_packed} U8 [out, in/2], two E2M1 codes a byte, the first in the low half. NVFP4:
 * {@code weight_scale} F8_E4M3 [out, in/16] and {@code weight_global_scale} F32 [1], a divisor:
 * value = code · scale / global. MXFP4: {@code weight_scale} U8 [out, in/32], exponents of two
 * biased by 127. Inputs stay in float. {@code bias} in F32, BF16 or F16.
 *
 * @param kind which of the two
 * @see <a href="https://github.com/vllm-project/compressed-tensors">vLLM compressed-tensors, nvfp4
 *     and mxfp4 compressors</a>
 */
record Fp4PackQuantized(Kind kind) implements LayerCodec {
  private static final String PACKED = "weight_packed";
  private static final String GLOBAL = "weight_global_scale";
  private static final BitPacker NIBBLES = new BitPacker(BitOrder.BYTES, Formats.E2M1.bits());

  /** The formats' names and scales. */
  enum Kind {
    /** Groups of 16, FP8 scales under one float32 divisor. */
    NVFP4("nvfp4-pack-quantized", "F8_E4M3"),
    /** Groups of 32, scales that are powers of two. */
    MXFP4("mxfp4-pack-quantized", "U8");

    private final String id;
    private final String scaleType;

    Kind(String id, String scaleType) {
      this.id = id;
      this.scaleType = scaleType;
    }

    /** The one weight scheme of the format. */
    TensorScheme scheme() {
      return (this == NVFP4 ? BlockFormats.NVFP4 : BlockFormats.MXFP4).weight();
    }
  }

  @Override
  public String id() {
    return kind.id;
  }

  @Override
  public Optional<String> obstacle(QuantizedLinear layer) {
    return Refusals.notOnePlainGrid(layer)
        .or(() -> schemeObstacle((GridTensor) layer.branches().get(0).weight()))
        .or(() -> Refusals.quantizedInput(layer));
  }

  private Optional<String> schemeObstacle(GridTensor tensor) {
    return tensor.scheme().equals(kind.scheme())
        ? Optional.empty()
        : Optional.of("weights of scheme " + tensor.scheme() + ", not " + kind.scheme());
  }

  @Override
  public List<StoredTensor> encode(QuantizedLinear layer) {
    Refusals.requireNone(this, layer);
    GridTensor tensor = (GridTensor) layer.branches().get(0).weight();
    String name = layer.name();
    short[] codes = tensor.codes().values();
    ByteBuffer packed = Bytes.allocate(NIBBLES.bytes(codes.length));
    NIBBLES.pack(codes, 0, codes.length, packed.array(), packed.arrayOffset());
    List<StoredTensor> stored = new ArrayList<>();
    stored.add(
        new StoredTensor(
            LayerTensors.name(name, PACKED),
            "U8",
            List.of((long) layer.out(), layer.in() / 2L),
            packed));
    ByteBuffer scales = Bytes.allocate(tensor.grid().scale().length);
    for (int cell = 0; cell < scales.limit(); cell++) {
      scales.put(cell, (byte) scaleCode(tensor.grid(), cell));
    }
    stored.add(
        new StoredTensor(
            LayerTensors.name(name, CompressedTensors.SCALE),
            kind.scaleType,
            List.of((long) layer.out(), (long) tensor.grid().layout().cellsPerRow()),
            scales));
    tensor
        .grid()
        .storage()
        .scales()
        .ifPresent(
            levels ->
                stored.add(
                    StoredFloats.tensor(
                        LayerTensors.name(name, GLOBAL),
                        Formats.F32,
                        List.of(1L),
                        levels.outer())));
    Biases.add(stored, layer, Formats.BF16);
    return stored;
  }

  private static int scaleCode(Grid grid, int cell) {
    return grid.storage().scales().isPresent()
        ? grid.storage().scales().get().codes()[cell]
        : Formats.E8M0.encode(grid.scale()[cell]);
  }

  @Override
  public QuantizedLinear decode(String layer, LayerScheme scheme, List<StoredTensor> stored) {
    LayerTensors tensors = new LayerTensors(id(), layer, stored);
    if (!scheme.weight().equals(kind.scheme())) {
      throw new IllegalArgumentException(
          "layer " + layer + ": " + id() + " holds no weights of scheme " + scheme.weight());
    }
    CompressedTensors.refuseStaticInput(tensors);
    StoredTensor look = tensors.look(PACKED, List.of("U8"), 2);
    int out = Shapes.extent(look, 0);
    int in = Math.multiplyExact(Shapes.extent(look, 1), 2);
    CellLayout layout = Shapes.cells(look, kind.scheme().granularity(), out, in);
    ByteBuffer packed = Bytes.of(tensors.take(PACKED, List.of("U8"), look.shape()));
    byte[] bytes = new byte[packed.remaining()];
    packed.get(bytes);
    short[] codes = NIBBLES.unpack(bytes, 0, Math.multiplyExact(out, in), false);
    StoredTensor scales =
        tensors.take(
            CompressedTensors.SCALE,
            List.of(kind.scaleType),
            List.of((long) out, (long) layout.cellsPerRow()));
    Grid grid = grid(layout, scales, tensors);
    float[] bias = Biases.take(tensors, out);
    tensors.finish();
    GridTensor tensor =
        new GridTensor(kind.scheme(), new Codes(out, in, Formats.E2M1.bits(), codes), grid);
    return new QuantizedLinear(
        layer,
        new Identity(in),
        List.of(new Branch(scheme.input(), tensor)),
        bias,
        new Outcome.Imported(id()));
  }

  private Grid grid(CellLayout layout, StoredTensor scales, LayerTensors tensors) {
    NumberFormat format = kind == Kind.NVFP4 ? Formats.E4M3FN : Formats.E8M0;
    ByteBuffer data = Bytes.of(scales);
    short[] codes = new short[layout.count()];
    float[] values = new float[codes.length];
    for (int cell = 0; cell < codes.length; cell++) {
      codes[cell] = (short) Byte.toUnsignedInt(data.get(cell));
      values[cell] = format.decode(codes[cell]);
      if (!Float.isFinite(values[cell])) {
        throw LayerTensors.wrong(
            scales, "scale code " + codes[cell] + " of cell " + cell, "a finite scale");
      }
    }
    if (!(kind.scheme().scale() instanceof ScaleSpec.Nested nested)) {
      return new Grid(layout, values, new float[values.length]);
    }
    StoredTensor global = tensors.take(GLOBAL, List.of("F32"), List.of(1L));
    float divisor = StoredFloats.values(global)[0];
    if (!Float.isFinite(divisor) || divisor == 0) {
      throw LayerTensors.wrong(global, "value " + divisor, "a finite number other than 0");
    }
    NestedScales levels =
        new NestedScales(
            layout,
            nested.format(),
            codes,
            nested.outerLayout(layout),
            new float[] {divisor},
            nested.nesting());
    return new Grid(
        layout,
        levels.values(),
        new float[values.length],
        new GridStorage(Optional.of(levels), new float[0], Optional.empty()));
  }
}
