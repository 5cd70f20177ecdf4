package io.halftone.io.codec;

import io.halftone.core.format.Formats;
import io.halftone.core.format.IntFormat;
import io.halftone.core.model.LayerCodec;
import io.halftone.core.model.StoredTensor;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.ZeroPoint;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The pack-quantized format of compressed-tensors.
 *
 * <p>{@code weight_packed} I32 [out, ceil(in / f)], f = floor(32 / bits), fields along the input;
 * {@code weight_scale} [out, groups] or [out, 1]; {@code weight_zero_point} I32 packed along the
 * outputs, only for grids with an offset; {@code weight_shape} I64 [2]. Fields hold the unsigned
 * code.
 *
 * @see <a href="https://github.com/vllm-project/compressed-tensors">vLLM compressed-tensors,
 *     pack_quantized</a>
 */
record PackQuantized() implements LayerCodec {
  private static final String PACKED = "weight_packed";
  private static final String SCALE = "weight_scale";
  private static final String ZERO = "weight_zero_point";
  private static final String SHAPE = "weight_shape";
  private static final String BIAS = "bias";

  @Override
  public String id() {
    return "compressed-tensors";
  }

  @Override
  public boolean canEncode(QuantizedLinear layer) {
    return obstacle(layer).isEmpty();
  }

  private static String obstacle(QuantizedLinear layer) {
    if (!layer.online().isIdentity()) {
      return "an online transform";
    }
    if (layer.branches().size() != 1
        || !(layer.branches().get(0).weight() instanceof GridTensor tensor)) {
      return "more than one branch or codes that are not on a scalar grid";
    }
    TensorScheme scheme = tensor.scheme();
    Granularity granularity = scheme.granularity();
    if (!(scheme.format() instanceof IntFormat) || !layer.branches().get(0).input().isFull()) {
      return "format " + scheme.format().name() + " with input " + layer.input().format().name();
    }
    if (!(granularity instanceof Granularity.PerRow
        || granularity instanceof Granularity.PerGroup)) {
      return "granularity " + granularity;
    }
    return switch (scheme.zeroPoint()) {
      case NONE, INTEGER -> "";
      case FLOAT -> "real zero points";
      case OFFSET -> "offsets in value units";
    };
  }

  @Override
  public List<StoredTensor> encode(QuantizedLinear layer) {
    String obstacle = obstacle(layer);
    if (!obstacle.isEmpty()) {
      throw new IllegalArgumentException(
          "layer " + layer.name() + " cannot be written as pack-quantized: it has " + obstacle);
    }
    GridTensor tensor = (GridTensor) layer.branches().get(0).weight();
    int groups = tensor.grid().layout().cellsPerRow();
    List<StoredTensor> stored = new ArrayList<>();
    stored.add(packed(layer.name(), tensor));
    stored.add(
        floats(
            layer.name(),
            SCALE,
            tensor.scheme().scale(),
            List.of((long) layer.out(), (long) groups),
            tensor.grid().scale()));
    if (tensor.scheme().zeroPoint() == ZeroPoint.INTEGER) {
      stored.add(zeros(layer.name(), tensor, groups));
    }
    ByteBuffer shape = Words.buffer(2 * Long.BYTES).putLong(layer.out()).putLong(layer.in()).flip();
    stored.add(new StoredTensor(name(layer.name(), SHAPE), "I64", List.of(2L), shape));
    if (layer.bias().length > 0) {
      ScaleSpec single = new ScaleSpec.Stored(Formats.F32);
      stored.add(floats(layer.name(), BIAS, single, List.of((long) layer.out()), layer.bias()));
    }
    return stored;
  }

  private static String name(String layer, String part) {
    return layer + "." + part;
  }

  private static StoredTensor packed(String layer, GridTensor tensor) {
    int bits = tensor.codes().bits();
    int offset = -tensor.scheme().format().minCode();
    int words = Words.count(tensor.cols(), bits);
    ByteBuffer data = Words.buffer((long) tensor.rows() * words * Integer.BYTES);
    for (int r = 0; r < tensor.rows(); r++) {
      int row = r;
      Words.pack(tensor.cols(), bits, c -> tensor.codes().get(row, c) + offset, data);
    }
    return new StoredTensor(
        name(layer, PACKED), "I32", List.of((long) tensor.rows(), (long) words), data.flip());
  }

  private static StoredTensor zeros(String layer, GridTensor tensor, int groups) {
    int bits = tensor.codes().bits();
    int offset = -tensor.scheme().format().minCode();
    int words = Words.count(tensor.rows(), bits);
    ByteBuffer columns = Words.buffer((long) groups * words * Integer.BYTES);
    for (int g = 0; g < groups; g++) {
      int group = g;
      Words.pack(
          tensor.rows(),
          bits,
          r -> (int) tensor.grid().zero()[r * groups + group] + offset,
          columns);
    }
    ByteBuffer data = Words.buffer(columns.capacity());
    for (int w = 0; w < words; w++) {
      for (int g = 0; g < groups; g++) {
        data.putInt(columns.getInt((g * words + w) * Integer.BYTES));
      }
    }
    return new StoredTensor(
        name(layer, ZERO), "I32", List.of((long) words, (long) groups), data.flip());
  }

  private static StoredTensor floats(
      String layer, String part, ScaleSpec spec, List<Long> shape, float[] values) {
    boolean half = spec instanceof ScaleSpec.Stored stored && stored.format().bits() == Short.SIZE;
    ByteBuffer data = Words.buffer((long) values.length * (half ? Short.BYTES : Float.BYTES));
    for (float value : values) {
      if (half) {
        data.putShort((short) ((ScaleSpec.Stored) spec).format().encode(value));
      } else {
        data.putFloat(value);
      }
    }
    String type = half ? ((ScaleSpec.Stored) spec).format().name() : Formats.F32.name();
    return new StoredTensor(name(layer, part), type, shape, data.flip());
  }
}
