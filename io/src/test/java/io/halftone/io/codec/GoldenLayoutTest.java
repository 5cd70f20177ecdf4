package io.halftone.io.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.halftone.core.format.Formats;
import io.halftone.core.model.LayerCodec;
import io.halftone.core.model.StoredTensor;
import io.halftone.core.quantized.Branch;
import io.halftone.core.quantized.Codes;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.Outcome;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.transform.Identity;
import io.halftone.io.pack.BitOrder;
import io.halftone.testkit.RandomLayers;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Words that the formats' reference packers give: GPTQModel's for GPTQ, AutoAWQ's for AWQ,
 * compressed-tensors' of October 2025 (whole fields) and of August 2026 (contiguous).
 */
class GoldenLayoutTest {
  private static QuantizedLinear layer(
      LayerScheme scheme, int out, int in, short[] codes, float[] zeros) {
    CellLayout layout = scheme.weight().granularity().layout(out, in);
    float[] scales = new float[layout.count()];
    Arrays.fill(scales, 1);
    GridTensor tensor =
        new GridTensor(
            scheme.weight(),
            new Codes(out, in, scheme.weight().format().bits(), codes),
            new Grid(layout, scales, zeros));
    return new QuantizedLinear(
        "l",
        new Identity(in),
        List.of(new Branch(Schemes.FULL, tensor)),
        new float[0],
        new Outcome.DataFree());
  }

  private static int[] words(LayerCodec codec, QuantizedLinear layer, String part) {
    StoredTensor tensor =
        codec.encode(layer).stream().filter(t -> t.name().equals("l." + part)).findFirst().get();
    int[] words = new int[tensor.data().limit() / 4];
    tensor.data().duplicate().order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(words);
    return words;
  }

  /** A weight whose every code is its input channel, or its output, modulo the number of codes. */
  private static QuantizedLinear counting(int bits, int out, int in, boolean alongInput) {
    short[] codes = new short[out * in];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (short) ((alongInput ? i % in : i / in) % (1 << bits));
    }
    float[] zeros = new float[out];
    for (int o = 0; o < out; o++) {
      zeros[o] = 1 + o % ((1 << bits) - 1);
    }
    return layer(RandomLayers.asymmetric(bits, CodecLayers.ROWS), out, in, codes, zeros);
  }

  @Test
  void gptqPacksCodesAlongTheInput() {
    assertEquals(0x76543210, words(Codecs.gptq(), counting(4, 8, 8, true), "qweight")[0]);
    assertEquals(0xFEDCBA98, words(Codecs.gptq(), counting(4, 8, 16, true), "qweight")[8]);
    assertEquals(0x03020100, words(Codecs.gptq(), counting(8, 4, 4, true), "qweight")[0]);
    assertEquals(0xE4E4E4E4, words(Codecs.gptq(), counting(2, 16, 16, true), "qweight")[0]);
  }

  /** v0..v9 in word 0, v10 and v21 across the borders. */
  @Test
  void gptqPacksThreeBitsInThreeWords() {
    QuantizedLinear layer = counting(3, 32, 32, true);
    int[] words = words(Codecs.gptq(), layer, "qweight");
    assertEquals(0x88FAC688, words[0]);
    assertEquals(0xC688FAC6, words[32]);
    assertEquals(0xFAC688FA, words[64]);
  }

  @ParameterizedTest
  @CsvSource({
    "2, 0x55555555, 0xAAAAAAAA",
    "4, 0x77777777, 0x88888888",
    "8, 0x7F7F7F7F, 0x80808080"
  })
  void gptqStoresTheMiddleOfSymmetricWeights(int bits, String first, String second) {
    int size = 32 / bits;
    QuantizedLinear layer =
        layer(
            RandomLayers.symmetric(bits, CodecLayers.ROWS, Formats.F16),
            size,
            size,
            new short[size * size],
            new float[size]);
    assertEquals(
        Integer.parseUnsignedInt(first.substring(2), 16), words(Codecs.gptq(), layer, "qzeros")[0]);
    assertEquals(
        Integer.parseUnsignedInt(second.substring(2), 16),
        words(Codecs.gptqV2(), layer, "qzeros")[0]);
  }

  @Test
  void awqInterleavesOutputs() {
    QuantizedLinear layer = counting(4, 8, 2, false);
    assertArrayEquals(new int[] {0x75316420, 0x75316420}, words(Codecs.awq(), layer, "qweight"));
    assertArrayEquals(new int[] {0x86427531}, words(Codecs.awq(), layer, "qzeros"));
  }

  @Test
  void packQuantizedAddsTheMiddle() {
    short[] codes = {-8, -7, -1, 0, 1, 2, 6, 7, 3};
    QuantizedLinear layer =
        layer(RandomLayers.symmetric(4, CodecLayers.ROWS, Formats.F16), 1, 9, codes, new float[1]);
    for (BitOrder packing : new BitOrder[] {BitOrder.WORDS, BitOrder.WHOLE_FIELD_WORDS}) {
      assertArrayEquals(
          new int[] {0xFEA98710, 0x0000000B},
          words(Codecs.packQuantized(packing), layer, "weight_packed"));
    }
  }

  @Test
  void packQuantizedPacksZeroPointsAlongTheOutput() {
    QuantizedLinear layer =
        layer(
            RandomLayers.asymmetric(4, CodecLayers.ROWS),
            3,
            8,
            new short[24],
            new float[] {9, 10, 0});
    assertArrayEquals(
        new int[] {0x000000A9}, words(Codecs.compressedTensors(), layer, "weight_zero_point"));
  }

  @Test
  void packQuantizedHasTwoPackingsOfThreeBits() {
    short[] codes = {-4, -3, -2, -1, 0, 1, 2, 3, 3, 2, 1};
    QuantizedLinear layer =
        layer(RandomLayers.symmetric(3, CodecLayers.ROWS, Formats.F16), 1, 11, codes, new float[1]);
    assertArrayEquals(
        new int[] {0x37FAC688, 0x00000005},
        words(Codecs.packQuantized(BitOrder.WHOLE_FIELD_WORDS), layer, "weight_packed"));
    assertArrayEquals(
        new int[] {0x77FAC688, 0x00000001},
        words(Codecs.compressedTensors(), layer, "weight_packed"));
  }

  /**
   * Codes 0, 7, 14, 5 are 0, 6, -4, 3; NVFP4 divides by the global scale, MXFP4 has 2^(e - 127).
   */
  @Test
  void fp4PacksTheFirstOfTwoLow() {
    QuantizedLinear nv = Fp4Layers.nvfp4(1, 16, 2);
    List<StoredTensor> stored = Codecs.nvfp4().encode(nv);
    assertEquals(0x70, stored.get(0).data().get(0) & 0xFF);
    assertEquals(0x5E, stored.get(0).data().get(1) & 0xFF);
    float scale = Formats.E4M3FN.decode(stored.get(1).data().get(0) & 0xFF) / 2;
    assertArrayEquals(
        new float[] {0, 6 * scale, -4 * scale, 3 * scale}, Arrays.copyOf(nv.decode().data(), 4));
    QuantizedLinear mx = Fp4Layers.mxfp4(1, 32);
    int exponent = Codecs.mxfp4().encode(mx).get(1).data().get(0) & 0xFF;
    assertEquals((float) (6 * Math.pow(2, exponent - 127)), mx.decode().get(0, 1));
  }
}
