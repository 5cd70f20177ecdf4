package io.halftone.calibration.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.halftone.calibration.Quantize;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.transform.Diagonal;
import io.halftone.quantizers.catalog.Catalog;
import io.halftone.testkit.Fixtures;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmulatedLinearTest {
  @ParameterizedTest
  @ValueSource(strings = {"W4A16_G32", "W8A8"})
  void hasTheBitsOfTheQuantizedLayer(String scheme) {
    Compute compute = Compute.defaults();
    LayerScheme layerScheme = Schemes.named(scheme);
    FloatMatrix weight = Fixtures.gaussian(new Random(1), 24, 64, 1);
    FloatMatrix x = Fixtures.gaussian(new Random(2), 37, 64, 1);
    float[] factor = new float[64];
    float[] bias = new float[24];
    for (int c = 0; c < factor.length; c++) {
      factor[c] = 0.5f + c / 64f;
    }
    for (int o = 0; o < bias.length; o++) {
      bias[o] = o - 11.5f;
    }
    QuantizedLinear plain = Quantize.linear("l", weight, x, Catalog.rtn(layerScheme));
    QuantizedLinear layer =
        new QuantizedLinear("l", new Diagonal(factor), plain.branches(), bias, plain.outcome());
    assertArrayEquals(
        layer.apply(x, compute.algebra()).data(),
        EmulatedLinear.of(layer).apply(x, compute).data());
  }
}
