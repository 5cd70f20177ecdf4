package io.halftone.bridges.llamacpp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.gguf.block.BlockCodec;
import io.halftone.io.gguf.block.BlockEncoder;
import io.halftone.io.gguf.block.BlockType;
import io.halftone.io.gguf.block.Importance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Halftone's blocks beside those of ggml itself. */
class GgmlTest {
  /** Path of a newer build's libggml-base; the bundled one does not know the FP4 types. */
  private static final String LIBRARY = "halftone.ggml";

  private static Ggml ggml;

  @TempDir Path directory;

  @BeforeAll
  static void load() throws IOException {
    ggml = Ggml.bundled();
  }

  @ParameterizedTest
  @EnumSource(
      names = {"F32", "F16", "BF16", "MXFP4", "NVFP4"},
      mode = EnumSource.Mode.EXCLUDE)
  void blocksEqualThoseOfGgmlAndOwnOnesErrLess(BlockType type) {
    compare(ggml, type);
  }

  @ParameterizedTest
  @EnumSource(
      names = {"F32", "F16", "BF16"},
      mode = EnumSource.Mode.EXCLUDE)
  @EnabledIfSystemProperty(named = LIBRARY, matches = ".+")
  void blocksEqualThoseOfANewerGgml(BlockType type) throws IOException {
    compare(Ggml.load(Path.of(System.getProperty(LIBRARY))), type);
  }

  @Test
  void saysWhyALibraryCannotBeLoaded() throws IOException {
    Path file = Files.writeString(directory.resolve("libnothing.so"), "no library");
    assertTrue(
        assertThrows(IOException.class, () -> Ggml.load(file))
            .getMessage()
            .contains("libnothing.so cannot be loaded as ggml"));
  }

  @Test
  void knowsWhereTheLibraryOfAPlatformIs() {
    assertEquals("/de/kherud/llama/Linux/x86_64/libjllama.so", Platform.resource("Linux", "amd64"));
    assertEquals(
        "/de/kherud/llama/Mac/aarch64/libjllama.dylib", Platform.resource("Mac OS X", "aarch64"));
    assertEquals(
        "/de/kherud/llama/Windows/x86_64/jllama.dll", Platform.resource("Windows 11", "amd64"));
  }

  private static void compare(Ggml ggml, BlockType type) {
    BlockCodec codec = type.codec();
    for (float[] x : weights()) {
      byte[] expected = ggml.encode(type.id(), x, codec.rowBytes(x.length));
      assertArrayEquals(expected, encode(codec.referenceEncoder(), codec, x));
      float[] decoded = new float[x.length];
      codec.decode(expected, 0, decoded, 0, x.length);
      assertArrayEquals(ggml.decode(name(type), expected, x.length), decoded);
      byte[] own = encode(codec.encoder(), codec, x);
      float[] better = ggml.decode(name(type), own, x.length);
      for (int from = 0; from < x.length; from += codec.blockSize()) {
        double bound = error(decoded, x, from, codec.blockSize());
        double found = error(better, x, from, codec.blockSize());
        int block = from / codec.blockSize();
        assertTrue(found <= bound, () -> "block " + block + ": " + found + " > " + bound);
      }
    }
  }

  private static String name(BlockType type) {
    return type.name().toLowerCase(Locale.ROOT).replace("_k", "_K");
  }

  private static byte[] encode(BlockEncoder encoder, BlockCodec codec, float[] x) {
    byte[] bytes = new byte[codec.rowBytes(x.length)];
    encoder.encode(FloatMatrix.wrap(x, 1, x.length), 0, 1, Importance.UNIFORM, bytes, 0);
    return bytes;
  }

  private static double error(float[] a, float[] b, int from, int count) {
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
    }
    return sum;
  }

  /** Normal, heavy-tailed, positive, sparse, constant, of very different sizes. */
  private static List<float[]> weights() {
    Random random = new Random(20260101L);
    float[] normal = new float[64 * 256];
    float[] heavy = new float[64 * 256];
    float[] positive = new float[16 * 256];
    float[] sparse = new float[16 * 256];
    float[] constant = new float[16 * 256];
    float[] mixed = new float[16 * 256];
    for (int i = 0; i < normal.length; i++) {
      normal[i] = (float) random.nextGaussian() * 0.02f;
      double tail = random.nextGaussian() * random.nextGaussian() * random.nextGaussian();
      heavy[i] = (float) tail;
    }
    for (int i = 0; i < mixed.length; i++) {
      positive[i] = random.nextFloat() + 0.1f;
      sparse[i] = random.nextInt(10) == 0 ? (float) random.nextGaussian() : 0;
      constant[i] = (i / 256 % 3 - 1) * 0.3f;
      mixed[i] = Math.scalb((float) random.nextGaussian(), i / 32 % 17 - 8);
    }
    return List.of(normal, heavy, positive, sparse, constant, mixed);
  }
}
