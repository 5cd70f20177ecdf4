package io.halftone.io.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.io.pack.BitOrder;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What codecs write has, by a decoder that shares nothing with them, exactly the layer's values.
 */
class SecondDecoderTest {
  private static Stream<QuantizedLinear> layers(IntStream widths) {
    return widths
        .boxed()
        .flatMap(
            bits ->
                Stream.of(
                    CodecLayers.symmetric(bits, CodecLayers.G32),
                    CodecLayers.asymmetric(bits, CodecLayers.ROWS),
                    CodecLayers.asymmetric(bits, CodecLayers.G32),
                    CodecLayers.reordered(bits)));
  }

  static Stream<QuantizedLinear> gptqLayers() {
    return layers(IntStream.of(2, 3, 4, 8));
  }

  static Stream<QuantizedLinear> packedLayers() {
    return layers(IntStream.rangeClosed(2, 8));
  }

  static Stream<QuantizedLinear> awqLayers() {
    return layers(IntStream.of(4)).filter(layer -> layer.online().isIdentity());
  }

  @ParameterizedTest
  @MethodSource("gptqLayers")
  void gptq(QuantizedLinear layer) {
    int bits = bits(layer);
    float[] expected = layer.decode().data();
    assertArrayEquals(
        expected,
        new SpecifiedFormats(layer.name(), Codecs.gptq().encode(layer)).gptq(bits, false));
    assertArrayEquals(
        expected,
        new SpecifiedFormats(layer.name(), Codecs.gptqV2().encode(layer)).gptq(bits, true));
  }

  @ParameterizedTest
  @MethodSource("awqLayers")
  void awq(QuantizedLinear layer) {
    assertArrayEquals(
        layer.decode().data(),
        new SpecifiedFormats(layer.name(), Codecs.awq().encode(layer)).awq());
  }

  @ParameterizedTest
  @MethodSource("packedLayers")
  void packQuantized(QuantizedLinear layer) {
    int bits = bits(layer);
    float[] expected = layer.decode().data();
    assertArrayEquals(
        expected,
        new SpecifiedFormats(layer.name(), Codecs.compressedTensors().encode(layer))
            .packed(bits, 0));
    assertArrayEquals(
        expected,
        new SpecifiedFormats(
                layer.name(), Codecs.packQuantized(BitOrder.WHOLE_FIELD_WORDS).encode(layer))
            .packed(bits, 32 / bits));
  }

  private static int bits(QuantizedLinear layer) {
    return ((GridTensor) layer.branches().get(0).weight()).codes().bits();
  }
}
