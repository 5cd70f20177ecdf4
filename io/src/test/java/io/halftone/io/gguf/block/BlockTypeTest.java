package io.halftone.io.gguf.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.tensor.FloatMatrix;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Golden bytes were made by ggml's own library; they are what its users' files contain. */
class BlockTypeTest {
  @ParameterizedTest
  @CsvSource({
    "Q8_0,731e10e030c04fa16f8100000000000000007f08f840000000000000000000000000",
    "Q4_0,662ef9968bc48d828f808888888888888888",
    "Q4_1,d42e66baf8867ab48c828e808888888888888888",
    "Q5_0,662a55fffbfff21cf6880a040e000000000000000000",
    "Q5_1,9b2a66ba55fffbfff10cf57809040d000000000000000000",
    "MXFP4,7c721b945d060e070f0000000000000000"
  })
  void flatBlocksHaveTheBytesOfGgml(BlockType type, String golden) {
    float[] x = new float[32];
    float[] first = {.1f, -.2f, .3f, -.4f, .5f, -.6f, .7f, -.8f};
    System.arraycopy(first, 0, x, 0, first.length);
    System.arraycopy(new float[] {.8f, .05f, -.05f, .4f}, 0, x, 16, 4);
    assertEquals(
        golden, HexFormat.of().formatHex(encode(type.codec().referenceEncoder(), type, x)));
  }

  @ParameterizedTest
  @CsvSource({
    "Q2_K,9a0e1059,0.06335",
    "Q3_K,1551ea24,0.02149",
    "Q4_K,5d9e0d02,0.002855",
    "Q5_K,b1fb8d33,0.000694",
    "Q6_K,f24c2ca1,0.000183"
  })
  void superBlocksHaveTheBytesOfGgml(BlockType type, String crc, double error) {
    float[] x = new float[256];
    for (int i = 0; i < x.length; i++) {
      x[i] = (i % 17 - 8) / 8f;
    }
    byte[] bytes = encode(type.codec().referenceEncoder(), type, x);
    CRC32 sum = new CRC32();
    sum.update(bytes);
    assertEquals(crc, String.format("%08x", sum.getValue()));
    assertEquals(error, relativeError(type, bytes, x), error * 5e-3);
  }

  /** Bands of one tenth around the errors of ggml on normal weights. */
  @ParameterizedTest
  @CsvSource({
    "Q8_0,2.8e-5",
    "Q6_K,3.1e-4",
    "Q5_K,1.29e-3",
    "Q5_1,1.41e-3",
    "Q5_0,1.80e-3",
    "Q4_K,4.9e-3",
    "IQ4_NL,5.7e-3",
    "Q4_1,5.9e-3",
    "Q4_0,7.3e-3",
    "NVFP4,1.06e-2",
    "MXFP4,1.28e-2",
    "Q3_K,2.25e-2",
    "Q2_K,8.6e-2"
  })
  void errorsOnNormalWeights(BlockType type, double error) {
    float[] x = normal(1, 64 * 256);
    double reference = relativeError(type, encode(type.codec().referenceEncoder(), type, x), x);
    assertEquals(error, reference, 0.1 * error);
  }

  /** Half a unit in the last place, that of the smallest subnormal included. */
  @ParameterizedTest
  @CsvSource({"F16,0x1p-11,0x1p-25", "BF16,0x1p-8,0x1p-134"})
  void floatsAreRoundedToNearest(BlockType type, double relative, double absolute) {
    float[] x = normal(2, 4096);
    float[] rounded = decode(type, encode(type.codec().encoder(), type, x), x.length);
    for (int i = 0; i < x.length; i++) {
      assertTrue(Math.abs(rounded[i] - x[i]) <= Math.abs(x[i]) * relative + absolute);
    }
  }

  @ParameterizedTest
  @EnumSource(BlockType.class)
  void neverErrsMoreThanTheReference(BlockType type) {
    BlockCodec codec = type.codec();
    for (float[] x : awkward()) {
      byte[] reference = encode(codec.referenceEncoder(), type, x);
      byte[] own = encode(codec.encoder(), type, x);
      float[] expected = decode(type, reference, x.length);
      float[] actual = decode(type, own, x.length);
      for (int from = 0; from < x.length; from += codec.blockSize()) {
        double bound = error(expected, x, from, codec.blockSize());
        double found = error(actual, x, from, codec.blockSize());
        assertTrue(found <= bound, type + " block at " + from + ": " + found + " > " + bound);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(BlockType.class)
  void decodedBlocksEncodeToWhatTheyDecodeTo(BlockType type) {
    float[] x = normal(3, 2048);
    float[] once = decode(type, encode(type.codec().encoder(), type, x), x.length);
    float[] twice = decode(type, encode(type.codec().encoder(), type, once), x.length);
    assertTrue(error(twice, once, 0, x.length) <= error(once, x, 0, x.length) * 0.1);
  }

  @ParameterizedTest
  @EnumSource(BlockType.class)
  void packingInvertsUnpacking(BlockType type) {
    if (!(type.codec() instanceof GridCodec codec)) {
      return;
    }
    Random random = new Random(5);
    BlockFields fields = new BlockFields(codec.layout());
    for (int i = 0; i < 200; i++) {
      byte[] block = new byte[codec.blockBytes()];
      random.nextBytes(block);
      byte[] again = new byte[codec.blockBytes()];
      codec.layout().unpack(block, 0, fields);
      codec.layout().pack(fields, again, 0);
      assertArrayEquals(block, again);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"Q4_0", "Q4_1", "Q5_0", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q6_K", "IQ4_NL"})
  void importanceMovesErrorsToWhereTheyCountLess(BlockType type) {
    float[] x = normal(7, 4096);
    float[] channels = new float[256];
    for (int c = 0; c < channels.length; c++) {
      channels[c] = c % 4 == 0 ? 100 : 1;
    }
    FloatMatrix rows = FloatMatrix.wrap(x, 16, 256);
    byte[] plain = encode(type.codec().encoder(), type, x);
    byte[] weighted = new byte[plain.length];
    type.codec().encoder().encode(rows, 0, 16, Importance.of(channels), weighted, 0);
    double before = 0;
    double after = 0;
    float[] a = decode(type, plain, x.length);
    float[] b = decode(type, weighted, x.length);
    for (int i = 0; i < x.length; i++) {
      before += channels[i % 256] * (a[i] - x[i]) * (a[i] - x[i]);
      after += channels[i % 256] * (b[i] - x[i]) * (b[i] - x[i]);
    }
    assertTrue(after < before, after + " against " + before);
  }

  @Test
  void saysWhatIsWrong() {
    BlockEncoder encoder = BlockType.Q4_K.codec().encoder();
    FloatMatrix narrow = FloatMatrix.zeros(1, 288);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> encoder.encode(narrow, 0, 1, Importance.UNIFORM, new byte[999], 0))
            .getMessage();
    assertEquals("rows have 288 weights, must be a multiple of the block of 256", message);
    FloatMatrix bad = FloatMatrix.zeros(2, 256);
    bad.set(1, 7, Float.NaN);
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> encoder.encode(bad, 0, 2, Importance.UNIFORM, new byte[999], 0))
            .getMessage()
            .contains("row 1, column 7 is NaN"));
    assertThrows(IllegalArgumentException.class, () -> BlockType.ofId(4));
    assertThrows(IllegalArgumentException.class, () -> Importance.of(new float[] {1, -1}));
    assertThrows(IllegalArgumentException.class, () -> Importance.of(new float[2]));
  }

  private static float[][] awkward() {
    Random random = new Random(11);
    float[] sparse = new float[1024];
    float[] constant = new float[1024];
    float[] outliers = normal(12, 1024);
    float[] mixed = normal(13, 1024);
    float[] positive = new float[1024];
    for (int i = 0; i < sparse.length; i++) {
      sparse[i] = random.nextInt(10) == 0 ? (float) random.nextGaussian() : 0;
      constant[i] = (i / 256 % 3 - 1) * 0.3f;
      outliers[i] *= random.nextInt(64) == 0 ? 30 : 1;
      mixed[i] *= Math.scalb(1f, i / 32 % 17 - 8);
      positive[i] = random.nextFloat() + 0.1f;
    }
    return new float[][] {
      normal(14, 4096), sparse, constant, outliers, mixed, positive, new float[1024]
    };
  }

  private static float[] normal(long seed, int count) {
    Random random = new Random(seed);
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = (float) random.nextGaussian() * 0.02f;
    }
    return x;
  }

  private static byte[] encode(BlockEncoder encoder, BlockType type, float[] x) {
    byte[] bytes = new byte[type.codec().rowBytes(x.length)];
    encoder.encode(FloatMatrix.wrap(x, 1, x.length), 0, 1, Importance.UNIFORM, bytes, 0);
    return bytes;
  }

  private static float[] decode(BlockType type, byte[] bytes, int count) {
    float[] x = new float[count];
    type.codec().decode(bytes, 0, x, 0, count);
    return x;
  }

  private static double relativeError(BlockType type, byte[] bytes, float[] x) {
    float[] zero = new float[x.length];
    return error(decode(type, bytes, x.length), x, 0, x.length) / error(zero, x, 0, x.length);
  }

  private static double error(float[] a, float[] b, int from, int count) {
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
    }
    return sum;
  }
}
