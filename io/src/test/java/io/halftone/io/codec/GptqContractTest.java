package io.halftone.io.codec;

import io.halftone.core.format.Formats;
import io.halftone.core.model.LayerCodec;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.Schemes;
import io.halftone.testkit.LayerCodecContract;
import io.halftone.testkit.RandomLayers;
import java.util.List;

class GptqContractTest extends LayerCodecContract {
  @Override
  protected LayerCodec codec() {
    return Codecs.gptq();
  }

  @Override
  protected List<QuantizedLinear> layers() {
    return List.of(
        CodecLayers.symmetric(2, CodecLayers.G32),
        CodecLayers.symmetric(3, CodecLayers.G32),
        CodecLayers.symmetric(4, CodecLayers.ROWS),
        CodecLayers.symmetric(8, CodecLayers.G32),
        CodecLayers.asymmetric(2, CodecLayers.G32),
        CodecLayers.asymmetric(3, CodecLayers.ROWS),
        CodecLayers.asymmetric(4, CodecLayers.G32),
        CodecLayers.asymmetric(8, CodecLayers.G32),
        CodecLayers.reordered(3),
        CodecLayers.reordered(4),
        RandomLayers.withoutBias(CodecLayers.reordered(8)));
  }

  @Override
  protected List<QuantizedLinear> refused() {
    return CodecLayers.concat(
        CodecLayers.heldByNone(),
        CodecLayers.symmetric(5, CodecLayers.G32),
        CodecLayers.ofScheme(Schemes.W8A8, 64, 128),
        CodecLayers.ofScheme(RandomLayers.symmetric(4, CodecLayers.G32, Formats.F32), 64, 128),
        CodecLayers.ofScheme(RandomLayers.symmetric(4, CodecLayers.ROWS, Formats.F16), 63, 128),
        CodecLayers.withSmallestZero(CodecLayers.asymmetric(4, CodecLayers.G32)));
  }
}
