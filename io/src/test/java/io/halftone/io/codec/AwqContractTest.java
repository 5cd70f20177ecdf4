package io.halftone.io.codec;

import io.halftone.core.format.Formats;
import io.halftone.core.model.LayerCodec;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.Schemes;
import io.halftone.testkit.LayerCodecContract;
import io.halftone.testkit.RandomLayers;
import java.util.List;

class AwqContractTest extends LayerCodecContract {
  @Override
  protected LayerCodec codec() {
    return Codecs.awq();
  }

  @Override
  protected List<QuantizedLinear> layers() {
    return List.of(
        CodecLayers.symmetric(4, CodecLayers.ROWS),
        CodecLayers.symmetric(4, CodecLayers.G32),
        CodecLayers.asymmetric(4, CodecLayers.G32),
        CodecLayers.withSmallestZero(CodecLayers.asymmetric(4, CodecLayers.G32)),
        RandomLayers.withoutBias(CodecLayers.asymmetric(4, CodecLayers.ROWS)));
  }

  @Override
  protected List<QuantizedLinear> refused() {
    return CodecLayers.concat(
        CodecLayers.heldByNone(),
        CodecLayers.symmetric(5, CodecLayers.G32),
        CodecLayers.ofScheme(Schemes.W8A8, 64, 128),
        CodecLayers.ofScheme(RandomLayers.symmetric(4, CodecLayers.G32, Formats.F32), 64, 128),
        CodecLayers.ofScheme(RandomLayers.symmetric(4, CodecLayers.ROWS, Formats.F16), 63, 128),
        CodecLayers.symmetric(3, CodecLayers.G32),
        CodecLayers.reordered(4));
  }
}
