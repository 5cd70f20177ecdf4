package io.halftone.io.codec;

import io.halftone.core.format.Formats;
import io.halftone.core.model.LayerCodec;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.testkit.LayerCodecContract;
import io.halftone.testkit.RandomLayers;
import java.util.List;

class JlamaQ4ContractTest extends LayerCodecContract {
  @Override
  protected LayerCodec codec() {
    return Codecs.jlamaQ4();
  }

  @Override
  protected List<QuantizedLinear> layers() {
    return List.of(
        CodecLayers.ofScheme(RandomLayers.symmetric(4, CodecLayers.G32, Formats.F32), 5, 96));
  }

  @Override
  protected List<QuantizedLinear> refused() {
    return CodecLayers.concat(
        CodecLayers.heldByNone(),
        CodecLayers.symmetric(4, CodecLayers.G32),
        CodecLayers.asymmetric(4, CodecLayers.G32),
        CodecLayers.reordered(4),
        CodecLayers.ofScheme(RandomLayers.symmetric(8, CodecLayers.G32, Formats.F32), 5, 96),
        CodecLayers.ofScheme(RandomLayers.symmetric(4, CodecLayers.ROWS, Formats.F32), 5, 96));
  }
}
