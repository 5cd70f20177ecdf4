package io.halftone.io.codec;

import io.halftone.core.format.NumberFormat;
import io.halftone.core.model.StoredTensor;
import io.halftone.core.quantized.Branch;
import io.halftone.core.quantized.Codes;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.Outcome;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Identity;
import java.util.List;

/** Puts a layer together from what the tensors of a packed integer format hold. */
final class IntegerLayer {
  private final String format;
  private final String layer;
  private final LayerScheme scheme;
  private final int out;
  private final int in;
  private final int groups;
  private final CellLayout cells;

  /**
   * @param format id of the codec
   * @param scheme of the layer; its weight is in integers, in groups or whole rows
   * @param shaped tensor that gives the shape, for messages
   * @throws IllegalArgumentException if the groups do not divide the input channels
   */
  IntegerLayer(
      String format, String layer, LayerScheme scheme, StoredTensor shaped, int out, int in) {
    this.format = format;
    this.layer = layer;
    this.scheme = scheme;
    this.out = out;
    this.in = in;
    this.cells = Shapes.cells(shaped, scheme.weight().granularity(), out, in);
    this.groups = cells.cellsPerRow();
  }

  int groups() {
    return groups;
  }

  int bits() {
    return scheme.weight().format().bits();
  }

  int out() {
    return out;
  }

  int in() {
    return in;
  }

  boolean hasZeroPoints() {
    return scheme.weight().zeroPoint() == ZeroPoint.INTEGER;
  }

  /** The unsigned code that stands for 0 in a symmetric weight. */
  int middle() {
    return 1 << (bits() - 1);
  }

  /**
   * Refuses unsigned zero points other than the middle code in a symmetric layer.
   *
   * @param zeros [out, groups]
   */
  void checkZeros(StoredTensor tensor, int[] zeros) {
    for (int cell = 0; !hasZeroPoints() && cell < zeros.length; cell++) {
      if (zeros[cell] != middle()) {
        throw LayerTensors.wrong(
            tensor,
            "zero point " + zeros[cell] + " " + place(cell),
            middle() + " in a symmetric layer");
      }
    }
  }

  /** A cell in words. */
  String place(int cell) {
    return "at row " + cell / groups + ", group " + cell % groups;
  }

  /** The order of input channels that makes their groups consecutive. */
  EquivalentTransform order(StoredTensor groupIndex) {
    int[] group = new int[in];
    Bytes.of(groupIndex).asIntBuffer().get(group);
    try {
      return GroupIndex.order(group, in / groups);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "tensor " + groupIndex.name() + " has " + e.getMessage(), e);
    }
  }

  /** Channels as they come. */
  EquivalentTransform unordered() {
    return new Identity(in);
  }

  /**
   * The layer.
   *
   * @param order of the channels
   * @param code unsigned code of an output and an input channel
   * @param scales [out, groups]
   * @param scaleFormat as they are stored
   * @param zeros unsigned zero points [out, groups]; not looked at in a symmetric layer
   * @param bias [out] or empty
   */
  QuantizedLinear assemble(
      EquivalentTransform order,
      PackedLines.Field code,
      float[] scales,
      NumberFormat scaleFormat,
      int[] zeros,
      float[] bias) {
    TensorScheme weight = scheme.weight();
    int shift = -weight.format().minCode();
    int[] column = GroupIndex.columns(order);
    short[] codes = new short[Math.multiplyExact(out, in)];
    for (int o = 0; o < out; o++) {
      for (int channel = 0; channel < in; channel++) {
        codes[o * in + column[channel]] = (short) (code.at(o, channel) - shift);
      }
    }
    float[] zero = new float[scales.length];
    for (int cell = 0; hasZeroPoints() && cell < zero.length; cell++) {
      zero[cell] = zeros[cell] - shift;
    }
    TensorScheme stored =
        new TensorScheme(
            weight.format(),
            weight.granularity(),
            new ScaleSpec.Stored(scaleFormat),
            weight.zeroPoint(),
            weight.timing());
    GridTensor tensor =
        new GridTensor(stored, new Codes(out, in, bits(), codes), new Grid(cells, scales, zero));
    return new QuantizedLinear(
        layer,
        order,
        List.of(new Branch(scheme.input(), tensor)),
        bias,
        new Outcome.Imported(format));
  }
}
