package io.halftone.io.codec;

import io.halftone.core.format.Formats;
import io.halftone.core.model.LayerCodec;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.Schemes;
import io.halftone.testkit.LayerCodecContract;
import io.halftone.testkit.RandomLayers;
import java.util.List;

class IntQuantizedContractTest extends LayerCodecContract {
  @Override
  protected LayerCodec codec() {
    return Codecs.intQuantized();
  }

  @Override
  protected List<QuantizedLinear> layers() {
    return List.of(
        CodecLayers.ofScheme(Schemes.W8A8, 5, 33),
        CodecLayers.ofScheme(Schemes.named("W8A8_S"), 5, 33),
        CodecLayers.symmetric(8, CodecLayers.G32),
        CodecLayers.asymmetric(8, CodecLayers.ROWS),
        CodecLayers.asymmetric(4, CodecLayers.G32),
        CodecLayers.ofScheme(
            RandomLayers.symmetric(8, new Granularity.PerTensor(), Formats.F32), 6, 10));
  }

  @Override
  protected List<QuantizedLinear> refused() {
    return CodecLayers.concat(
        CodecLayers.heldByNone(),
        CodecLayers.reordered(8),
        CodecLayers.ofScheme(
            CodecLayers.plain(Formats.E4M3FN, CodecLayers.ROWS, Formats.F32), 5, 33));
  }
}
