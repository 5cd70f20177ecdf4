package io.halftone.io.codec;

import io.halftone.core.format.Formats;
import io.halftone.core.model.LayerCodec;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.Schemes;
import io.halftone.testkit.LayerCodecContract;
import io.halftone.testkit.RandomLayers;
import java.util.List;

class PackQuantizedContractTest extends LayerCodecContract {
  @Override
  protected LayerCodec codec() {
    return Codecs.compressedTensors();
  }

  @Override
  protected List<QuantizedLinear> layers() {
    return List.of(
        CodecLayers.symmetric(2, CodecLayers.G32),
        CodecLayers.symmetric(3, CodecLayers.G32),
        CodecLayers.symmetric(4, CodecLayers.ROWS),
        CodecLayers.symmetric(5, CodecLayers.ROWS),
        CodecLayers.symmetric(6, CodecLayers.G32),
        CodecLayers.symmetric(7, CodecLayers.G32),
        CodecLayers.symmetric(8, CodecLayers.G32),
        CodecLayers.asymmetric(2, CodecLayers.G32),
        CodecLayers.asymmetric(3, CodecLayers.ROWS),
        CodecLayers.asymmetric(4, CodecLayers.G32),
        CodecLayers.asymmetric(7, CodecLayers.G32),
        CodecLayers.withSmallestZero(CodecLayers.asymmetric(5, CodecLayers.G32)),
        CodecLayers.reordered(3),
        CodecLayers.reordered(4),
        CodecLayers.ofScheme(
            CodecLayers.withInput(
                RandomLayers.symmetric(4, CodecLayers.G32, Formats.BF16), Schemes.A8_PER_TOKEN),
            5,
            96),
        CodecLayers.ofScheme(Schemes.named("W4A8_G32_S"), 5, 96),
        CodecLayers.ofScheme(RandomLayers.symmetric(3, CodecLayers.ROWS, Formats.F32), 7, 11));
  }

  @Override
  protected List<QuantizedLinear> refused() {
    return CodecLayers.concat(
        CodecLayers.heldByNone(),
        CodecLayers.ofScheme(
            CodecLayers.withInput(
                RandomLayers.symmetric(4, CodecLayers.G32, Formats.F16),
                RandomLayers.asymmetric(8, CodecLayers.ROWS).weight()),
            8,
            32));
  }
}
