package io.halftone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.halftone.core.format.Formats;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.Timing;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.io.npy.NpyArray;
import io.halftone.io.npy.NpyFile;
import io.halftone.io.recipe.RecipeJson;
import io.halftone.quantizers.catalog.Catalog;
import io.halftone.testkit.TinyLlama;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code verify} on what a run wrote, with one bit of one tensor changed, in every tensor. */
class FlippedBitTest {
  private static final long SEED = 17;
  private static final int LENGTH = 256;

  /** Symmetric per output channel, which no name of a scheme says. */
  private static final LayerScheme FP8 =
      new LayerScheme(
          new TensorScheme(
              Formats.E4M3FN,
              Granularity.perChannel(),
              new ScaleSpec.Stored(Formats.F32),
              ZeroPoint.NONE,
              Timing.STATIC),
          Schemes.FULL);

  @TempDir private Path directory;

  private Path quantize(Path model, Path tokens, String format, String recipe, String scheme)
      throws IOException {
    Path output = directory.resolve("q");
    Path file = directory.resolve("recipe.json");
    LayerScheme layers = scheme.equals("FP8") ? FP8 : Schemes.named(scheme);
    Files.writeString(file, RecipeJson.write(Catalog.named(recipe, layers)));
    CommandRun.of(
            "quantize",
            model,
            "--calibration",
            tokens,
            "--output",
            output,
            "--format",
            format,
            "--recipe",
            file)
        .assertDone();
    return output;
  }

  private static Path tokens(Path file, int[] ids) throws IOException {
    NpyFile.write(file, NpyArray.ofInts(ids, ids.length / LENGTH, LENGTH));
    return file;
  }

  /** Flips a random bit in each tensor in turn. */
  private static void assertFindsEach(Path output, String fileName) throws IOException {
    TensorBits bits = TensorBits.of(output.resolve(fileName));
    Path manifest = output.resolve("halftone-manifest.json");
    CommandRun.of("verify", manifest).assertDone();
    JsonNode names = CommandRun.json(Files.readString(manifest)).get("tensors");
    assertEquals(names.size(), bits.tensors().size());
    SplittableRandom random = new SplittableRandom(SEED);
    for (Map.Entry<String, TensorBits.Range> tensor : bits.tensors().entrySet()) {
      TensorBits.Range range = tensor.getValue();
      long at = range.from() + random.nextLong(range.bytes());
      int bit = random.nextInt(Byte.SIZE);
      bits.flip(at, bit);
      CommandRun run = CommandRun.of("verify", manifest, "--json");
      String what = tensor.getKey() + ", byte " + at + ", bit " + bit + ", seed " + SEED;
      assertEquals(1, run.code(), what);
      assertEquals(tensor.getKey(), CommandRun.json(run.out()).get("differs").textValue(), what);
      bits.flip(at, bit);
    }
    CommandRun.of("verify", manifest).assertDone();
  }

  private void assertNamesTheTensor(String format, String recipe, String scheme)
      throws IOException {
    Path model = TinyCheckpoint.floats(directory.resolve("model"));
    Path tokens = tokens(directory.resolve("tokens.npy"), TinyLlama.tokens()[0]);
    assertFindsEach(quantize(model, tokens, format, recipe, scheme), file(format));
  }

  private static String file(String format) {
    return format.startsWith("gguf") ? "model.gguf" : "model.safetensors";
  }

  @ParameterizedTest
  @CsvSource({
    "pack-quantized, gptq, W4A16_G32",
    "gptq, rtn, W4A16_G32",
    "awq, rtn, W4A16_G32",
    "gguf-q4_0, rtn, W4A16_G32"
  })
  void namesTheTensor(String format, String recipe, String scheme) throws IOException {
    assertNamesTheTensor(format, recipe, scheme);
  }

  /** The other formats, run by name. */
  @ParameterizedTest
  @CsvSource({
    "int-quantized, rtn, W8A8",
    "float-quantized, rtn, FP8",
    "naive-quantized, rtn, W8A8",
    "gptq_v2, gptq, W3A16_G32",
    "awq, awq, W4A16_G32",
    "gguf-q8_0, rtn, W4A16_G32",
    "gguf-q4_k, gptq, W4A16_G32"
  })
  @EnabledIfSystemProperty(named = "halftone.heavy", matches = "true")
  void namesTheTensorOfOtherFormats(String format, String recipe, String scheme)
      throws IOException {
    assertNamesTheTensor(format, recipe, scheme);
  }

  /** On a real model, run by name: {@code -Dhalftone.stories15m=CHECKPOINT}. */
  @ParameterizedTest
  @ValueSource(strings = {"pack-quantized", "gptq", "awq", "gguf-q4_0"})
  @EnabledIfSystemProperty(named = "halftone.stories15m", matches = ".+")
  void namesTheTensorOfARealModel(String format) throws IOException {
    int[] ids = new int[LENGTH];
    for (int t = 0; t < LENGTH; t++) {
      ids[t] = 1 + 97 * t % 30000;
    }
    Path model = Path.of(System.getProperty("halftone.stories15m"));
    Path tokens = tokens(directory.resolve("tokens.npy"), ids);
    Path output = quantize(model, tokens, format, "rtn", "W4A16_G32");
    assertFindsEach(output, file(format));
  }
}
