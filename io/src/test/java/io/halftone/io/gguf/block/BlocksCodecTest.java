package io.halftone.io.gguf.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.format.Formats;
import io.halftone.core.model.StoredTensor;
import io.halftone.core.quantized.Branch;
import io.halftone.core.quantized.Outcome;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.transform.Identity;
import io.halftone.testkit.RandomLayers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BlocksCodecTest {
  private static final int ROWS = 3;
  private static final int COLS = 256;
  private static final BlocksCodec CODEC = new BlocksCodec();

  static Stream<BlockType> types() {
    return BlockTensors.types().stream();
  }

  private static QuantizedLinear layer(BlockType type) {
    FloatMatrix weight = FloatMatrix.zeros(ROWS, COLS);
    Random random = new Random(type.id());
    for (int i = 0; i < weight.data().length; i++) {
      weight.data()[i] = (float) random.nextGaussian();
    }
    byte[] blocks = new byte[ROWS * type.codec().rowBytes(COLS)];
    type.codec().encoder().encode(weight, 0, ROWS, Importance.UNIFORM, blocks, 0);
    return new QuantizedLinear(
        "fc",
        new Identity(COLS),
        List.of(new Branch(Schemes.FULL, BlockTensors.of(type).read(blocks, ROWS, COLS))),
        new float[] {1, 2, 3},
        new Outcome.DataFree());
  }

  private static QuantizedLinear decode(List<StoredTensor> stored) {
    return CODEC.decode("fc", new LayerScheme(Schemes.FULL, Schemes.FULL), stored);
  }

  @ParameterizedTest
  @MethodSource("types")
  void everyTypeComesBackByItsName(BlockType type) {
    QuantizedLinear layer = layer(type);
    List<StoredTensor> stored = CODEC.encode(layer);
    QuantizedLinear back = decode(stored);
    assertArrayEquals(layer.decode().data(), back.decode().data());
    assertArrayEquals(layer.bias(), back.bias());
    assertEquals(stored, CODEC.encode(back));
    assertEquals(type, BlocksCodec.typeOf(stored.get(0).name()).orElseThrow());
  }

  @Test
  void refusesWhatNoBlockHolds() {
    Granularity groups = new Granularity.PerGroup(32);
    for (QuantizedLinear layer :
        List.of(
            RandomLayers.of("fc", RandomLayers.symmetric(4, groups, Formats.F32), 5, 96, 1),
            RandomLayers.of("fc", RandomLayers.asymmetric(4, groups), 5, 96, 1),
            RandomLayers.reordered(
                "fc", RandomLayers.symmetric(4, groups, Formats.F16), 5, 96, 1))) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> CODEC.encode(layer)).getMessage();
      assertTrue(message.contains(CODEC.obstacle(layer).orElseThrow()), message);
    }
  }

  @Test
  void malformedTensorsAreNamed() {
    List<StoredTensor> good = CODEC.encode(layer(BlockType.Q4_K));
    StoredTensor blocks = good.get(0);
    StoredTensor bias = good.get(1);
    assertNamed(
        blocks.name(), new StoredTensor(blocks.name(), "I8", blocks.shape(), blocks.data()));
    assertNamed(blocks.name(), new StoredTensor(blocks.name(), "U8", List.of(3L), blocks.data()));
    assertNamed(
        blocks.name(), new StoredTensor(blocks.name(), "U8", List.of(3L, 143L), blocks.data()));
    assertNamed(
        blocks.name(),
        new StoredTensor(blocks.name(), "U8", blocks.shape(), ByteBuffer.allocate(143)));
    assertNamed("fc.bias", blocks, new StoredTensor("fc.bias", "F16", bias.shape(), bias.data()));
    assertNamed("fc.bias", blocks, new StoredTensor("fc.bias", "F32", List.of(4L), bias.data()));
    assertNamed("fc.dots", blocks, new StoredTensor("fc.dots", "F32", List.of(3L), bias.data()));
    assertNamed(blocks.name(), blocks, blocks);
    assertNamed("weight_", bias);
  }

  private static void assertNamed(String name, StoredTensor... stored) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> decode(List.of(stored))).getMessage();
    assertTrue(message.contains(name), message);
  }
}
