package io.halftone.bridges.llamacpp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.calibration.decoder.FloatDecoder;
import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.gguf.block.BlockType;
import io.halftone.io.gguf.model.GgufExport;
import io.halftone.io.gguf.model.GgufModel;
import io.halftone.io.gguf.model.ModelTensors;
import io.halftone.io.llama2c.Llama2cFile;
import io.halftone.io.llama2c.Llama2cTokenizer;
import io.halftone.io.npy.NpyFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * stories15M in llama.cpp.
 *
 * <p>Properties: {@code halftone.stories15m} is the checkpoint, with {@code tokenizer.bin} beside
 * it; {@code halftone.stories15m.tokens} an int32 .npy file [rows, 256] of sequences, of which rows
 * 128 and on are read. Run by {@code mvn test -pl bridges/llamacpp -am -Dtest=Stories15mTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dhalftone.stories15m=FILE
 * -Dhalftone.stories15m.tokens=FILE}.
 *
 * <p>Roundings of inputs to 8 bits are decisions: a difference in the last bit of a sum turns one
 * of them now and then, and behind a few blocks as many differ as not, so that two correct programs
 * end a distance of their own rounding noise apart. Behind one block few have turned, and the
 * emulation with sums of its own must be met closely; the one with llama.cpp's sums must be met in
 * every bit behind all blocks.
 */
@Tag("stories15m")
@EnabledIfSystemProperty(named = "halftone.stories15m", matches = ".+")
@EnabledIfSystemProperty(named = "halftone.stories15m.tokens", matches = ".+")
class Stories15mTest {
  private static final int FIRST_ROW = 128;
  private static final int LENGTH = 256;

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(
      value = BlockType.class,
      names = {"F32", "F16", "Q8_0", "Q4_0", "Q4_K", "Q6_K", "Q2_K"})
  void theWholeModelAgrees(BlockType type) throws IOException {
    Path file = directory.resolve("m.gguf");
    List<int[]> sequences = List.of(prompt(0, LENGTH), prompt(1, LENGTH));
    try (ModelTensors model = model()) {
      GgufExport.of(type, Compute.defaults()).write(file, model);
    }
    Agreement[] rounded = {Agreement.NONE};
    Agreement[] unrounded = {Agreement.NONE};
    try (GgufModel read = GgufModel.open(file)) {
      Emulation emulation = Emulation.nearest(read, LENGTH, Compute.defaults()).emulation();
      GgmlEmulation floats = new GgmlEmulation(read, Compute.defaults());
      LlamaRuntime.of(file)
          .logits(
              sequences,
              (i, logits) -> {
                FloatMatrix own = emulation.logits(sequences.get(i));
                FloatMatrix exact = floats.unroundedLogits(sequences.get(i));
                rounded[0] = rounded[0].and(own, logits);
                unrounded[0] = unrounded[0].and(exact, logits);
              });
    }
    assertTrue(rounded[0].meanDivergence() <= 1e-3, "" + rounded[0]);
    assertTrue(type != BlockType.Q8_0 || unrounded[0].topShare() >= 0.99, "" + unrounded[0]);
  }

  @ParameterizedTest
  @EnumSource(
      value = BlockType.class,
      names = {"F32", "F16", "Q8_0", "Q4_0", "Q4_K", "Q6_K", "Q2_K"})
  void oneBlockIsTheEmulation(BlockType type) throws IOException {
    try (ModelTensors model = model()) {
      Agreement agreement = agreement(Models.first(1, model), type);
      assertTrue(agreement.meanDivergence() <= 1e-5, agreement.toString());
      assertTrue(agreement.topShare() >= 0.998, agreement.toString());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = BlockType.class,
      names = {"F32", "F16", "Q8_0", "Q4_0", "Q4_K", "Q6_K", "Q2_K"})
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
  void theWholeModelIsTheExactEmulation(BlockType type) throws IOException {
    Path file = directory.resolve("m.gguf");
    List<int[]> sequences = List.of(prompt(0, LENGTH), prompt(1, LENGTH));
    try (ModelTensors model = model()) {
      GgufExport.of(type, Compute.defaults()).write(file, model);
    }
    try (GgufModel read = GgufModel.open(file)) {
      ExactEmulation emulation = new ExactEmulation(read, Compute.defaults());
      LlamaRuntime.of(file)
          .logits(
              sequences,
              (i, logits) ->
                  assertArrayEquals(
                      logits.data(), emulation.logits(sequences.get(i)).data(), "sequence " + i));
    }
  }

  @Test
  void followsTheFloatModelWordForWord() throws IOException {
    try (ModelTensors model = model()) {
      List<int[]> prompts =
          List.of(new int[] {1}, prompt(0, 8), prompt(1, 24), prompt(2, 40), prompt(3, 64));
      List<int[]> ours =
          ExportedModel.continuations(
              FloatDecoder.of(model.config(), model.tensors()), prompts, 64);
      Path file = directory.resolve("m.gguf");
      GgufExport.of(BlockType.F16, Compute.defaults()).write(file, model);
      List<int[]> theirs = LlamaRuntime.of(file).continuations(prompts, 64);
      for (int i = 0; i < prompts.size(); i++) {
        assertArrayEquals(ours.get(i), theirs.get(i), "prompt " + i);
      }
    }
  }

  private Agreement agreement(ModelTensors model, BlockType type) throws IOException {
    Path file = directory.resolve("m.gguf");
    GgufExport.of(type, Compute.defaults()).write(file, model);
    try (GgufModel read = GgufModel.open(file)) {
      return ExportedModel.agreement(read, file, List.of(prompt(0, LENGTH), prompt(1, LENGTH)));
    }
  }

  private static int[] prompt(int row, int length) throws IOException {
    long[] tokens =
        NpyFile.readArray(Path.of(System.getProperty("halftone.stories15m.tokens"))).toLongs();
    int from = (FIRST_ROW + row) * LENGTH;
    return Arrays.stream(tokens, from, from + length).mapToInt(Math::toIntExact).toArray();
  }

  private static ModelTensors model() throws IOException {
    Path path = Path.of(System.getProperty("halftone.stories15m"));
    Llama2cFile file = Llama2cFile.open(path);
    return new ModelTensors(
        "stories15M",
        file.config().decoder(),
        file,
        Llama2cFile.ROPE_PAIRING,
        Optional.of(
            Llama2cTokenizer.read(
                path.resolveSibling("tokenizer.bin"), file.config().vocabSize())));
  }
}
