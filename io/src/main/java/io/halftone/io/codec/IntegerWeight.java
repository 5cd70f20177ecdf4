package io.halftone.io.codec;

import io.halftone.core.format.IntFormat;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.transform.Permutation;
import java.util.List;
import java.util.Optional;

/**
 * An integer weight as the packed formats see it: codes in [0, 2^bits), input channels in the order
 * of the layer's input, groups of one size, scales as F16, BF16 or F32.
 *
 * @param tensor codes and grid, [out, in], columns in the order of their groups
 * @param column of the tensor for each input channel
 */
record IntegerWeight(GridTensor tensor, int[] column) {
  /** Why a layer has no such weight, or empty. */
  static Optional<String> obstacle(QuantizedLinear layer) {
    if (!(layer.online().isIdentity() || layer.online() instanceof Permutation)) {
      return Optional.of("an online transform");
    }
    return Refusals.notOneGrid(layer)
        .or(() -> obstacle((GridTensor) layer.branches().get(0).weight()));
  }

  private static Optional<String> obstacle(GridTensor tensor) {
    TensorScheme scheme = tensor.scheme();
    if (!(scheme.format() instanceof IntFormat format)) {
      return Optional.of("codes of format " + scheme.format().name() + ", not integers");
    }
    Granularity granularity = scheme.granularity();
    if (!(granularity instanceof Granularity.PerRow
        || granularity instanceof Granularity.PerGroup)) {
      return Optional.of("granularity " + granularity + ", not groups or whole rows");
    }
    if (tensor.cols() % tensor.grid().layout().cellCols() != 0) {
      return Optional.of(
          "groups of "
              + tensor.grid().layout().cellCols()
              + ", which do not divide "
              + tensor.cols()
              + " input channels");
    }
    if (scheme.zeroPoint() == ZeroPoint.FLOAT || scheme.zeroPoint() == ZeroPoint.OFFSET) {
      return Optional.of("real zero points or offsets");
    }
    if (scheme.zeroPoint() == ZeroPoint.NONE && !format.signed()) {
      return Optional.of("unsigned codes without zero points");
    }
    return scaleObstacle(scheme.scale(), StoredFloats.TYPES).or(() -> zeroObstacle(tensor));
  }

  /** Why scales cannot be stored as one of some types, or empty. */
  static Optional<String> scaleObstacle(ScaleSpec scale, List<String> types) {
    return scale instanceof ScaleSpec.Stored stored && types.contains(stored.format().name())
        ? Optional.empty()
        : Optional.of("scales " + scale + ", not " + String.join(" or ", types));
  }

  /** Why zero points are not codes of the format, or empty. */
  static Optional<String> zeroObstacle(GridTensor tensor) {
    int min = tensor.scheme().format().minCode();
    int max = tensor.scheme().format().maxCode();
    float[] zeros = tensor.grid().zero();
    for (int cell = 0; cell < zeros.length; cell++) {
      if (zeros[cell] != (int) zeros[cell] || zeros[cell] < min || zeros[cell] > max) {
        return Optional.of(
            "zero point " + zeros[cell] + " " + place(tensor, cell) + ", which is not a code");
      }
    }
    return Optional.empty();
  }

  private static String place(GridTensor tensor, int cell) {
    int groups = tensor.grid().layout().cellsPerRow();
    return "at row " + cell / groups + ", group " + cell % groups;
  }

  /** The weight of a layer without {@link #obstacle}. */
  static IntegerWeight of(QuantizedLinear layer) {
    return new IntegerWeight(
        (GridTensor) layer.branches().get(0).weight(), GroupIndex.columns(layer.online()));
  }

  int out() {
    return tensor.rows();
  }

  int in() {
    return tensor.cols();
  }

  int bits() {
    return tensor.scheme().format().bits();
  }

  int groups() {
    return tensor.grid().layout().cellsPerRow();
  }

  int groupSize() {
    return in() / groups();
  }

  Grid grid() {
    return tensor.grid();
  }

  /** How scales are stored. */
  ScaleSpec.Stored scales() {
    return (ScaleSpec.Stored) tensor.scheme().scale();
  }

  private int shift() {
    return -tensor.scheme().format().minCode();
  }

  /** The unsigned code of an output and an input channel. */
  int code(int out, int channel) {
    return tensor.codes().get(out, column[channel]) + shift();
  }

  /** The unsigned zero point of an output and a group; the middle code without zero points. */
  int zero(int out, int group) {
    return (int) tensor.grid().zero()[out * groups() + group] + shift();
  }

  /** The first cell whose unsigned zero point is 0, in words; empty if there is none. */
  Optional<String> firstZeroPointOfZero() {
    for (int cell = 0; cell < tensor.grid().zero().length; cell++) {
      if (tensor.grid().zero()[cell] + shift() == 0) {
        return Optional.of(place(tensor, cell));
      }
    }
    return Optional.empty();
  }

  /** Scales [groups, out], the other way round than the grid. */
  float[] scalesByGroup() {
    float[] scales = new float[out() * groups()];
    for (int o = 0; o < out(); o++) {
      for (int g = 0; g < groups(); g++) {
        scales[g * out() + o] = tensor.grid().scale()[o * groups() + g];
      }
    }
    return scales;
  }
}
