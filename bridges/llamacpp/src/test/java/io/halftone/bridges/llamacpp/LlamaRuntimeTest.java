package io.halftone.bridges.llamacpp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.calibration.decoder.FloatDecoder;
import io.halftone.core.kernel.Compute;
import io.halftone.io.gguf.block.BlockType;
import io.halftone.io.gguf.model.GgufExport;
import io.halftone.io.gguf.model.GgufModel;
import io.halftone.io.gguf.model.ModelTensors;
import io.halftone.io.gguf.model.TypePlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files of a small trained model in llama.cpp itself. */
class LlamaRuntimeTest {
  /** The format's own bar for a whole model; one block is far below it. */
  private static final double DIVERGENCE = 1e-3;

  private static final Set<BlockType> ORDER_KNOWN =
      EnumSet.of(
          BlockType.F32,
          BlockType.F16,
          BlockType.BF16,
          BlockType.Q4_0,
          BlockType.Q5_0,
          BlockType.Q8_0,
          BlockType.IQ4_NL,
          BlockType.Q2_K,
          BlockType.Q3_K,
          BlockType.Q4_K,
          BlockType.Q6_K);

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(
      value = BlockType.class,
      names = {"MXFP4", "NVFP4"},
      mode = EnumSource.Mode.EXCLUDE)
  void computesWhatTheEmulationDoes(BlockType type) throws IOException {
    List<int[]> sequences = new ArrayList<>(Models.tinySequences(2));
    sequences.add(Arrays.copyOf(sequences.get(0), 40));
    Agreement[] agreed = {Agreement.NONE};
    try (GgufModel model = GgufModel.open(export(Models.wide(Models.tiny(directory)), type))) {
      GgmlEmulation emulation = new GgmlEmulation(model, Compute.defaults());
      LlamaRuntime.of(directory.resolve("m.gguf"))
          .logits(
              sequences,
              (i, logits) -> {
                if (i < 2) {
                  agreed[0] = agreed[0].and(emulation.logits(sequences.get(i)), logits);
                } else if (ORDER_KNOWN.contains(type) && isLinuxOnAmd64()) {
                  ExactEmulation exact = new ExactEmulation(model, Compute.defaults());
                  assertArrayEquals(exact.logits(sequences.get(i)).data(), logits.data());
                }
              });
      Agreement agreement = agreed[0];
      assertEquals(512, agreement.positions());
      assertTrue(agreement.meanDivergence() <= DIVERGENCE, agreement.toString());
      if (type == BlockType.Q8_0) {
        assertTrue(agreement.topShare() >= 0.99, agreement.toString());
      }
    }
  }

  @Test
  void followsTheFloatModelWordForWord() throws IOException {
    try (ModelTensors tiny = Models.tiny(directory)) {
      List<int[]> prompts =
          Models.tinySequences(5).stream().map(row -> Arrays.copyOf(row, 16)).toList();
      List<int[]> ours =
          ExportedModel.continuations(FloatDecoder.of(tiny.config(), tiny.tensors()), prompts, 64);
      List<int[]> theirs = LlamaRuntime.of(export(tiny, BlockType.F16)).continuations(prompts, 64);
      for (int i = 0; i < prompts.size(); i++) {
        assertArrayEquals(ours.get(i), theirs.get(i), "prompt " + i);
      }
    }
  }

  @Test
  void rowsThatAreNoWholeSuperBlocksGetTheFallback() throws IOException {
    try (ModelTensors tiny = Models.tiny(directory)) {
      List<TypePlan.Choice> choices =
          GgufExport.of(BlockType.Q4_K, Compute.defaults())
              .write(directory.resolve("m.gguf"), tiny);
      TypePlan.Choice down =
          choices.stream()
              .filter(choice -> choice.tensor().equals("blk.0.ffn_down.weight"))
              .findFirst()
              .orElseThrow();
      assertEquals(BlockType.Q5_0, down.type());
      assertTrue(down.reason().contains("384"), down.reason());
    }
  }

  @Test
  void saysWhatLlamaCppRefuses() throws IOException {
    Path broken = Files.writeString(directory.resolve("broken.gguf"), "GGUF but no more");
    IOException e = refused(LlamaRuntime.of(broken), new int[] {1});
    assertTrue(e.getMessage().contains("broken.gguf"), e.getMessage());
    Path file;
    try (ModelTensors tiny = Models.tiny(directory)) {
      file = export(tiny, BlockType.Q8_0);
    }
    e = refused(LlamaRuntime.of(file), new int[] {1, 256});
    assertTrue(e.getMessage().contains("token 256 is not in the file's vocabulary of 256"));
    e = refused(new LlamaRuntime(file, 1, Duration.ofMillis(1)), new int[] {1});
    assertTrue(e.getMessage().contains("did not finish within PT0.001S"), e.getMessage());
    e = refused(LlamaRuntime.of(directory.resolve("absent.gguf")), new int[] {1});
    assertFalse(e.getMessage().contains("child"), e.getMessage());
  }

  /** Compilers for other systems fuse other products. */
  private static boolean isLinuxOnAmd64() {
    return OS.current() == OS.LINUX && System.getProperty("os.arch").equals("amd64");
  }

  private static IOException refused(LlamaRuntime runtime, int[] tokens) {
    return assertThrows(
        IOException.class, () -> runtime.logits(List.of(tokens), (i, logits) -> {}));
  }

  private Path export(ModelTensors model, BlockType type) throws IOException {
    Path file = directory.resolve("m.gguf");
    GgufExport.of(type, Compute.defaults()).write(file, model);
    return file;
  }
}
