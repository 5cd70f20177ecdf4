package io.halftone.io.gguf.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.quantized.QuantizedTensor;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.spi.LinearQuantizer;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.stats.Statistics;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.quantizers.rounding.ColumnOrder;
import io.halftone.quantizers.rounding.Gptq;
import io.halftone.quantizers.rounding.GroupFit;
import io.halftone.quantizers.rounding.QuantEase;
import io.halftone.testkit.Fixtures;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BlockTensorsTest {
  private static final Compute COMPUTE = Compute.defaults();
  private static final Fixtures.Layer LAYER = Fixtures.correlated(5, 1024, 512, 24);

  @ParameterizedTest
  @EnumSource(
      value = BlockType.class,
      names = {"Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K"})
  void readsWhatTheDecoderReadsAndWritesItBack(BlockType type) {
    FloatMatrix weight = LAYER.weight().copy();
    weight.data()[3] = 0;
    java.util.Arrays.fill(weight.data(), 512, 1024, 0);
    byte[] blocks = encoded(type, weight, Importance.UNIFORM);
    GridTensor tensor = BlockTensors.of(type).read(blocks, weight.rows(), weight.cols());
    assertArrayEquals(decoded(type, blocks), tensor.decode().data());
    assertArrayEquals(blocks, BlockTensors.of(type).write(tensor));
  }

  @ParameterizedTest
  @EnumSource(
      value = BlockType.class,
      names = {"Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K"})
  void calibratedCodesLieOnTheGridOfTheFileAndBeatTheEncoder(BlockType type) {
    LinearTask task = task(type);
    double plain = error(decoded(type, encoded(type, LAYER.weight(), Importance.UNIFORM)));
    LinearQuantizer gptq =
        new Gptq(0.01, 128, ColumnOrder.ACTIVATION, GroupFit.STATIC, new BlockGrid(type));
    double last = plain;
    for (LinearQuantizer solver : new LinearQuantizer[] {gptq, new QuantEase(gptq, 4, 0)}) {
      QuantizedLinear layer = solver.quantize(task, COMPUTE);
      QuantizedTensor tensor = layer.branches().get(0).weight();
      byte[] blocks = BlockTensors.of(type).write((GridTensor) tensor);
      assertArrayEquals(tensor.decode().data(), decoded(type, blocks));
      double error = error(tensor.decode().data());
      assertTrue(error < last, type + ": " + error + " after " + last + " of " + solver);
      last = error;
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = BlockType.class,
      names = {"F16", "IQ4_NL", "MXFP4"})
  void refusesTypesWithoutEvenlySpacedCodes(BlockType type) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> BlockTensors.of(type)).getMessage();
    assertTrue(message.contains(type.name()) && message.contains("Q4_K"), message);
  }

  @ParameterizedTest
  @EnumSource(
      value = BlockType.class,
      names = {"Q4_K"})
  void refusesOtherSchemes(BlockType type) {
    LinearTask task = LAYER.task(Schemes.W4A16_G32, Set.of(Statistics.GRAM), COMPUTE);
    QuantizationException e =
        assertThrows(QuantizationException.class, () -> new BlockGrid(type).fit(task, COMPUTE));
    assertEquals("layer", e.layer());
  }

  private static LinearTask task(BlockType type) {
    return LAYER.task(
        new LayerScheme(BlockTensors.of(type).scheme(), Schemes.FULL),
        Set.of(Statistics.GRAM),
        COMPUTE);
  }

  private static byte[] encoded(BlockType type, FloatMatrix weight, Importance importance) {
    BlockCodec codec = type.codec();
    byte[] blocks = new byte[weight.rows() * codec.rowBytes(weight.cols())];
    codec.encoder().encode(weight, 0, weight.rows(), importance, blocks, 0);
    return blocks;
  }

  private static float[] decoded(BlockType type, byte[] blocks) {
    float[] weights = new float[LAYER.weight().data().length];
    type.codec().decode(blocks, 0, weights, 0, weights.length);
    return weights;
  }

  /** ‖X·(W − Ŵ)ᵀ‖². */
  private static double error(float[] decoded) {
    FloatMatrix difference = LAYER.weight().copy();
    for (int i = 0; i < decoded.length; i++) {
      difference.data()[i] -= decoded[i];
    }
    FloatMatrix y = COMPUTE.algebra().multiplyTransposed(LAYER.x(), difference);
    double sum = 0;
    for (float value : y.data()) {
      sum += (double) value * value;
    }
    return sum;
  }
}
