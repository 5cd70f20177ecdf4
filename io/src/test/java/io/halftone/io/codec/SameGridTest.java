package io.halftone.io.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.halftone.core.model.LayerCodec;
import io.halftone.core.model.StoredTensor;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.testkit.RandomLayers;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Formats of one grid hand a layer on without loss, and back to the same bytes. */
class SameGridTest {
  private static QuantizedLinear through(QuantizedLinear layer, LayerCodec codec) {
    LayerScheme scheme =
        new LayerScheme(((GridTensor) layer.branches().get(0).weight()).scheme(), layer.input());
    return codec.decode(layer.name(), scheme, codec.encode(layer));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void fourBitsGoRoundAllFormats(int seed) {
    QuantizedLinear layer =
        RandomLayers.of(
            "fc", RandomLayers.asymmetric(4, CodecLayers.G32), 8 * seed, 32 * seed, seed);
    QuantizedLinear last = layer;
    for (LayerCodec codec :
        List.of(
            Codecs.gptq(),
            Codecs.awq(),
            Codecs.compressedTensors(),
            Codecs.gptqV2(),
            Codecs.naiveQuantized(),
            Codecs.awq())) {
      last = through(last, codec);
      assertArrayEquals(layer.decode().data(), last.decode().data(), codec.id());
    }
    assertSameBytes(Codecs.gptq().encode(layer), Codecs.gptq().encode(last));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 8})
  void orderedGroupsGoRound(int bits) {
    QuantizedLinear layer = CodecLayers.reordered(bits);
    QuantizedLinear last =
        through(
            through(through(layer, Codecs.gptqV2()), Codecs.compressedTensors()), Codecs.gptq());
    assertSameBytes(Codecs.gptq().encode(layer), Codecs.gptq().encode(last));
  }

  private static void assertSameBytes(List<StoredTensor> expected, List<StoredTensor> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i), actual.get(i));
    }
  }
}
