package io.halftone.io.codec;

import io.halftone.core.format.Formats;
import io.halftone.core.quantized.Branch;
import io.halftone.core.quantized.Codes;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.GridStorage;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.NestedScales;
import io.halftone.core.quantized.Outcome;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.transform.Identity;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Layers of 4-bit floats. */
final class Fp4Layers {
  private Fp4Layers() {}

  static QuantizedLinear nvfp4(int out, int in, float divisor) {
    TensorScheme scheme = Codecs.nvfp4Scheme();
    CellLayout layout = scheme.granularity().layout(out, in);
    ScaleSpec.Nested nested = (ScaleSpec.Nested) scheme.scale();
    SplittableRandom random = new SplittableRandom(3);
    short[] scales = new short[layout.count()];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = (short) random.nextInt(1, 0x7F);
    }
    NestedScales levels =
        new NestedScales(
            layout,
            nested.format(),
            scales,
            nested.outerLayout(layout),
            new float[] {divisor},
            nested.nesting());
    Grid grid =
        new Grid(
            layout,
            levels.values(),
            new float[scales.length],
            new GridStorage(Optional.of(levels), new float[0], Optional.empty()));
    return layer(scheme, out, in, grid);
  }

  static QuantizedLinear mxfp4(int out, int in) {
    TensorScheme scheme = Codecs.mxfp4Scheme();
    CellLayout layout = scheme.granularity().layout(out, in);
    SplittableRandom random = new SplittableRandom(4);
    float[] scales = new float[layout.count()];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = Formats.E8M0.decode(random.nextInt(100, 140));
    }
    return layer(scheme, out, in, new Grid(layout, scales, new float[scales.length]));
  }

  private static QuantizedLinear layer(TensorScheme scheme, int out, int in, Grid grid) {
    short[] codes = new short[out * in];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (short) (i * 7 % 16);
    }
    float[] bias = new float[out];
    bias[0] = 0.3f;
    return new QuantizedLinear(
        "model.layers.0.fc",
        new Identity(in),
        List.of(
            new Branch(Schemes.FULL, new GridTensor(scheme, new Codes(out, in, 4, codes), grid))),
        bias,
        new Outcome.DataFree());
  }
}
