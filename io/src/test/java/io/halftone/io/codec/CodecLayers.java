package io.halftone.io.codec;

import io.halftone.core.format.Formats;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.quantized.Branch;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Remainder;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.Timing;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.transform.Diagonal;
import io.halftone.testkit.RandomLayers;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Layers that codecs are tested with. */
final class CodecLayers {
  static final Granularity G32 = new Granularity.PerGroup(32);
  static final Granularity ROWS = new Granularity.PerRow();

  private CodecLayers() {}

  static QuantizedLinear symmetric(int bits, Granularity granularity) {
    return RandomLayers.of(
        "model.layers.0.fc", RandomLayers.symmetric(bits, granularity, Formats.F16), 64, 128, bits);
  }

  static QuantizedLinear asymmetric(int bits, Granularity granularity) {
    return RandomLayers.of(
        "model.layers.0.fc", RandomLayers.asymmetric(bits, granularity), 64, 128, bits + 10L);
  }

  static QuantizedLinear reordered(int bits) {
    return RandomLayers.reordered(
        "model.layers.0.fc", RandomLayers.asymmetric(bits, G32), 64, 128, bits + 20L);
  }

  static QuantizedLinear ofScheme(LayerScheme scheme, int out, int in) {
    return RandomLayers.of("model.layers.0.fc", scheme, out, in, 5);
  }

  static LayerScheme plain(NumberFormat format, Granularity granularity, NumberFormat scales) {
    return new LayerScheme(
        new TensorScheme(
            format, granularity, new ScaleSpec.Stored(scales), ZeroPoint.NONE, Timing.STATIC),
        Schemes.FULL);
  }

  static LayerScheme withInput(LayerScheme scheme, TensorScheme input) {
    return new LayerScheme(scheme.weight(), input);
  }

  /** A layer in float16 scales whose zero point in row 2, group 1 is the smallest code. */
  static QuantizedLinear withSmallestZero(QuantizedLinear layer) {
    GridTensor tensor = (GridTensor) layer.branches().get(0).weight();
    float[] zeros = tensor.grid().zero().clone();
    zeros[2 * tensor.grid().layout().cellsPerRow() + 1] = tensor.scheme().format().minCode();
    GridTensor changed =
        new GridTensor(
            tensor.scheme(),
            tensor.codes(),
            new Grid(tensor.grid().layout(), tensor.grid().scale(), zeros));
    return new QuantizedLinear(
        layer.name(),
        layer.online(),
        List.of(new Branch(layer.input(), changed)),
        layer.bias(),
        layer.outcome());
  }

  /** Layers no integer format of checkpoints holds. */
  static List<QuantizedLinear> heldByNone() {
    float[] factors = new float[128];
    Arrays.fill(factors, 2);
    QuantizedLinear plain = symmetric(4, G32);
    Branch branch = plain.branches().get(0);
    return List.of(
        plain.withOnline(new Diagonal(factors)),
        new QuantizedLinear(
            plain.name(), plain.online(), List.of(branch, branch), plain.bias(), plain.outcome()),
        ofScheme(plain(Formats.E5M2, ROWS, Formats.F16), 64, 128),
        ofScheme(plain(Formats.INT4, new Granularity.PerColumn(), Formats.F16), 64, 128),
        ofScheme(plain(Formats.UINT4, G32, Formats.F16), 64, 128),
        ofScheme(
            new LayerScheme(
                RandomLayers.asymmetric(4, G32).weight().withZeroPoint(ZeroPoint.FLOAT),
                Schemes.FULL),
            64,
            128),
        ofScheme(
            RandomLayers.asymmetric(4, new Granularity.PerGroup(48, Remainder.SHORT_LAST_GROUP)),
            64,
            128));
  }

  static List<QuantizedLinear> concat(List<QuantizedLinear> some, QuantizedLinear... more) {
    return Stream.concat(some.stream(), Arrays.stream(more)).toList();
  }
}
