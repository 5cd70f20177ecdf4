package io.halftone.io.codec;

import io.halftone.core.format.Formats;
import io.halftone.core.model.LayerCodec;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.Schemes;
import io.halftone.testkit.LayerCodecContract;
import io.halftone.testkit.RandomLayers;
import java.util.ArrayList;
import java.util.List;

class MatMulNBitsContractTest extends LayerCodecContract {
  @Override
  protected LayerCodec codec() {
    return Codecs.matMulNBits();
  }

  @Override
  protected List<QuantizedLinear> layers() {
    List<QuantizedLinear> layers = new ArrayList<>();
    for (int bits = 2; bits <= 8; bits++) {
      layers.add(CodecLayers.symmetric(bits, CodecLayers.G32));
      layers.add(CodecLayers.asymmetric(bits, CodecLayers.ROWS));
      layers.add(CodecLayers.withSmallestZero(CodecLayers.asymmetric(bits, CodecLayers.G32)));
    }
    layers.add(
        CodecLayers.ofScheme(
            RandomLayers.symmetric(4, new Granularity.PerGroup(192), Formats.F32), 24, 576));
    layers.add(RandomLayers.withoutBias(CodecLayers.asymmetric(4, CodecLayers.ROWS)));
    return layers;
  }

  @Override
  protected List<QuantizedLinear> refused() {
    return CodecLayers.concat(
        CodecLayers.heldByNone(),
        CodecLayers.ofScheme(Schemes.W8A8, 64, 128),
        CodecLayers.ofScheme(
            RandomLayers.symmetric(4, new Granularity.PerGroup(8), Formats.F16), 64, 128),
        CodecLayers.reordered(4));
  }
}
