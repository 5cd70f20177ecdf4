package io.halftone.io.codec;

import io.halftone.core.format.Formats;
import io.halftone.core.model.LayerCodec;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.Granularity;
import io.halftone.testkit.LayerCodecContract;
import java.util.List;

class FloatQuantizedContractTest extends LayerCodecContract {
  @Override
  protected LayerCodec codec() {
    return Codecs.floatQuantized();
  }

  @Override
  protected List<QuantizedLinear> layers() {
    return List.of(
        CodecLayers.ofScheme(
            CodecLayers.plain(Formats.E4M3FN, CodecLayers.ROWS, Formats.BF16), 5, 33),
        CodecLayers.ofScheme(
            CodecLayers.plain(Formats.E4M3FN, new Granularity.PerTensor(), Formats.F32), 5, 33),
        CodecLayers.ofScheme(
            CodecLayers.plain(Formats.E4M3FN, new Granularity.PerBlock(4, 16), Formats.F32),
            10,
            33));
  }

  @Override
  protected List<QuantizedLinear> refused() {
    return CodecLayers.concat(CodecLayers.heldByNone(), CodecLayers.symmetric(8, CodecLayers.G32));
  }
}
