package io.halftone.io.codec;

import io.halftone.core.model.LayerCodec;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.testkit.LayerCodecContract;
import java.util.List;

class Mxfp4ContractTest extends LayerCodecContract {
  @Override
  protected LayerCodec codec() {
    return Codecs.mxfp4();
  }

  @Override
  protected List<QuantizedLinear> layers() {
    return List.of(Fp4Layers.mxfp4(5, 64));
  }

  @Override
  protected List<QuantizedLinear> refused() {
    return CodecLayers.concat(
        CodecLayers.heldByNone(),
        CodecLayers.symmetric(4, CodecLayers.G32),
        Fp4Layers.nvfp4(5, 48, 3f));
  }
}
