package io.halftone.io.codec;

import io.halftone.core.format.Formats;
import io.halftone.core.format.IntFormat;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.model.LayerCodec;
import io.halftone.core.model.StoredTensor;
import io.halftone.core.quantized.Branch;
import io.halftone.core.quantized.Codes;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.Outcome;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.transform.Identity;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The formats of compressed-tensors that keep one code a byte: int-quantized, float-quantized and
 * naive-quantized.
 *
 * <p>{@code weight} I8 or F8_E4M3 [out, in]; {@code weight_scale} [1] per tensor, [out, 1] per
 * channel, [out, groups] per group, [blocks, blocks] per block; {@code weight_zero_point} I8 of the
 * same shape, only for weights with an offset; {@code input_scale} [1], only for static inputs;
 * {@code bias}.
 *
 * @param kind which numbers the format takes
 * @see <a href="https://github.com/vllm-project/compressed-tensors">vLLM compressed-tensors,
 *     naive_quantized</a>
 */
record PlainQuantized(Kind kind) implements LayerCodec {
  private static final String WEIGHT = "weight";

  /** The formats' names and numbers. */
  enum Kind {
    /** Integers of up to 8 bits. */
    INT("int-quantized"),
    /** FP8 E4M3. */
    FLOAT("float-quantized"),
    /** Either. */
    NAIVE("naive-quantized");

    private final String id;

    Kind(String id) {
      this.id = id;
    }

    private boolean takes(NumberFormat format) {
      boolean integer = format instanceof IntFormat;
      boolean fp8 = format.equals(Formats.E4M3FN);
      return this == INT ? integer : this == FLOAT ? fp8 : integer || fp8;
    }
  }

  @Override
  public String id() {
    return kind.id;
  }

  @Override
  public Optional<String> obstacle(QuantizedLinear layer) {
    return Refusals.notOnePlainGrid(layer)
        .or(() -> obstacle((GridTensor) layer.branches().get(0).weight(), layer.input()));
  }

  private Optional<String> obstacle(GridTensor tensor, TensorScheme input) {
    return schemeObstacle(tensor.scheme())
        .or(() -> IntegerWeight.scaleObstacle(tensor.scheme().scale(), StoredFloats.TYPES))
        .or(() -> CompressedTensors.inputObstacle(input))
        .or(() -> cellObstacle(tensor.grid().layout(), tensor.scheme().granularity()))
        .or(() -> IntegerWeight.zeroObstacle(tensor));
  }

  private Optional<String> schemeObstacle(TensorScheme scheme) {
    if (!kind.takes(scheme.format())) {
      return Optional.of("codes of format " + scheme.format().name());
    }
    if (scheme.granularity() instanceof Granularity.PerColumn) {
      return Optional.of("granularity " + scheme.granularity());
    }
    if (scheme.zeroPoint() == ZeroPoint.FLOAT || scheme.zeroPoint() == ZeroPoint.OFFSET) {
      return Optional.of("real zero points or offsets");
    }
    boolean integer = scheme.format() instanceof IntFormat;
    if (!integer && scheme.zeroPoint() != ZeroPoint.NONE) {
      return Optional.of("zero points of floating-point codes");
    }
    return integer && scheme.format().minCode() == 0 && scheme.zeroPoint() == ZeroPoint.NONE
        ? Optional.of("unsigned codes without zero points")
        : Optional.empty();
  }

  private static Optional<String> cellObstacle(CellLayout cells, Granularity granularity) {
    return granularity instanceof Granularity.PerGroup && cells.cols() % cells.cellCols() != 0
        ? Optional.of(
            "groups of "
                + cells.cellCols()
                + ", which do not divide "
                + cells.cols()
                + " input channels")
        : Optional.empty();
  }

  @Override
  public List<StoredTensor> encode(QuantizedLinear layer) {
    Refusals.requireNone(this, layer);
    GridTensor tensor = (GridTensor) layer.branches().get(0).weight();
    NumberFormat scales = ((ScaleSpec.Stored) tensor.scheme().scale()).format();
    List<Long> cells = cellShape(tensor.scheme().granularity(), tensor.grid().layout());
    int middle = middle(tensor.scheme().format());
    ByteBuffer codes = Bytes.allocate(tensor.codes().values().length);
    for (short code : tensor.codes().values()) {
      codes.put((byte) (code - middle));
    }
    List<StoredTensor> stored = new ArrayList<>();
    stored.add(
        new StoredTensor(
            LayerTensors.name(layer.name(), WEIGHT),
            type(tensor.scheme().format()),
            List.of((long) layer.out(), (long) layer.in()),
            codes.flip()));
    stored.add(
        StoredFloats.tensor(
            LayerTensors.name(layer.name(), CompressedTensors.SCALE),
            scales,
            cells,
            tensor.grid().scale()));
    if (tensor.scheme().zeroPoint() == ZeroPoint.INTEGER) {
      ByteBuffer zeros = Bytes.allocate(tensor.grid().zero().length);
      for (float zero : tensor.grid().zero()) {
        zeros.put((byte) (zero - middle));
      }
      stored.add(
          new StoredTensor(
              LayerTensors.name(layer.name(), CompressedTensors.ZERO), "I8", cells, zeros.flip()));
    }
    CompressedTensors.addInput(stored, layer);
    Biases.add(stored, layer, scales);
    return stored;
  }

  @Override
  public QuantizedLinear decode(String layer, LayerScheme scheme, List<StoredTensor> stored) {
    LayerTensors tensors = new LayerTensors(id(), layer, stored);
    schemeObstacle(scheme.weight())
        .ifPresent(
            obstacle -> {
              throw new IllegalArgumentException(
                  "layer " + layer + ": " + id() + " holds no weights with " + obstacle);
            });
    CompressedTensors.takeInput(tensors, scheme.input());
    tensors.refuse(CompressedTensors.GROUPS, "a group index, which " + id() + " does not read");
    List<String> types = List.of(type(scheme.weight().format()));
    StoredTensor look = tensors.look(WEIGHT, types, 2);
    int out = Shapes.extent(look, 0);
    int in = Shapes.extent(look, 1);
    CellLayout layout = Shapes.cells(look, scheme.weight().granularity(), out, in);
    List<Long> cells = cellShape(scheme.weight().granularity(), layout);
    StoredTensor weight = tensors.take(WEIGHT, types, look.shape());
    StoredTensor scales = tensors.take(CompressedTensors.SCALE, StoredFloats.TYPES, cells);
    float[] zeros = new float[layout.count()];
    if (scheme.weight().zeroPoint() == ZeroPoint.INTEGER) {
      ByteBuffer data = Bytes.of(tensors.take(CompressedTensors.ZERO, List.of("I8"), cells));
      for (int cell = 0; cell < zeros.length; cell++) {
        zeros[cell] = data.get() + middle(scheme.weight().format());
      }
    }
    float[] bias = Biases.take(tensors, out);
    tensors.finish();
    TensorScheme read =
        new TensorScheme(
            scheme.weight().format(),
            scheme.weight().granularity(),
            new ScaleSpec.Stored(StoredFloats.format(scales)),
            scheme.weight().zeroPoint(),
            scheme.weight().timing());
    GridTensor tensor =
        new GridTensor(
            read,
            codes(weight, read.format(), out, in),
            new Grid(layout, StoredFloats.values(scales), zeros));
    return new QuantizedLinear(
        layer,
        new Identity(in),
        List.of(new Branch(scheme.input(), tensor)),
        bias,
        new Outcome.Imported(id()));
  }

  private static Codes codes(StoredTensor weight, NumberFormat format, int out, int in) {
    ByteBuffer data = Bytes.of(weight);
    short[] codes = new short[Math.multiplyExact(out, in)];
    boolean integer = format instanceof IntFormat;
    int middle = middle(format);
    for (int i = 0; i < codes.length; i++) {
      byte stored = data.get(i);
      codes[i] = (short) (integer ? stored + middle : Byte.toUnsignedInt(stored));
      boolean valid =
          codes[i] >= format.minCode()
              && codes[i] <= format.maxCode()
              && Float.isFinite(format.decode(codes[i]));
      if (!valid) {
        throw LayerTensors.wrong(
            weight,
            "value " + stored + " at row " + i / in + ", column " + i % in,
            "a finite number of " + format.name());
      }
    }
    return new Codes(out, in, format.bits(), codes);
  }

  /** What an unsigned code is stored less; files hold signed integers. */
  private static int middle(NumberFormat format) {
    return format instanceof IntFormat integer && !integer.signed() ? 1 << (integer.bits() - 1) : 0;
  }

  private static String type(NumberFormat format) {
    return format instanceof IntFormat ? "I8" : "F8_E4M3";
  }

  private static List<Long> cellShape(Granularity granularity, CellLayout layout) {
    return granularity instanceof Granularity.PerTensor
        ? List.of(1L)
        : List.of((long) (layout.count() / layout.cellsPerRow()), (long) layout.cellsPerRow());
  }
}
