package io.halftone.io.gguf.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.io.convert.ModelRuntime;
import io.halftone.io.convert.ModelRuntimes;
import io.halftone.io.gguf.block.BlockType;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The types of a plan beside what the table of runtimes says of llama.cpp. */
class TypePlanTest {
  private static final String LINEAR = "blk.0.attn_q.weight";

  @ParameterizedTest
  @ValueSource(strings = {"llama.cpp@b4916", "llama.cpp@v0.5.0"})
  void rowsThatAreNoWholeBlocksGetTheRuntimesFallback(String runtime) {
    for (ModelRuntime.Blocks blocks : ModelRuntimes.named(runtime).blocks()) {
      BlockType type = BlockType.valueOf(blocks.type());
      assertEquals(blocks.size(), type.codec().blockSize(), blocks.type());
      TypePlan.Choice whole = choose(type, 2 * blocks.size());
      assertEquals(type, whole.type());
      assertEquals("as asked for", whole.reason());
      int cols = blocks.size() + blocks.size() / 2;
      TypePlan.Choice ragged = choose(type, cols);
      assertEquals(blocks.fallback(), ragged.type().name(), blocks.type());
      String reason = "rows of " + cols + " are no whole blocks of " + blocks.size();
      assertEquals(ragged.type() == type ? "as asked for" : reason, ragged.reason());
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyChoiceIsATypeTheNewestRuntimeReads(BlockType wanted) {
    ModelRuntime runtime = ModelRuntimes.named("llama.cpp");
    for (long cols : new long[] {256, 288, 100}) {
      for (boolean output : new boolean[] {false, true}) {
        TypePlan.Choice choice = new TypePlan(wanted).choose(LINEAR, List.of(4L, cols), output);
        assertEquals(Optional.empty(), runtime.refusal(choice.type().name()));
        assertEquals(0, cols % choice.type().codec().blockSize());
      }
    }
  }

  @Test
  void theOutputMatrixKeepsSixBitsAndSaysWhy() {
    TypePlan.Choice wide = new TypePlan(BlockType.Q2_K).choose("output.weight", shape(256), true);
    assertEquals(new TypePlan.Choice("output.weight", BlockType.Q6_K, "makes logits"), wide);
    TypePlan.Choice narrow = new TypePlan(BlockType.Q2_K).choose("output.weight", shape(288), true);
    assertEquals(BlockType.Q8_0, narrow.type());
    TypePlan.Choice vector = new TypePlan(BlockType.Q2_K).choose("norm", List.of(288L), false);
    assertEquals(new TypePlan.Choice("norm", BlockType.F32, "a vector"), vector);
  }

  @Test
  void typesOfNewerVersionsAreRefused() {
    String refusal = ModelRuntimes.named("llama.cpp@b4916").refusal("MXFP4").orElseThrow();
    assertTrue(
        refusal.startsWith(
            "llama.cpp b4916 does not read tensors of type MXFP4; it reads [F32, F16, BF16, Q8_0,"),
        refusal);
    assertTrue(ModelRuntimes.named("vllm").refusal("Q4_K").orElseThrow().endsWith("it reads []"));
  }

  private static TypePlan.Choice choose(BlockType type, int cols) {
    return new TypePlan(type).choose(LINEAR, shape(cols), false);
  }

  private static List<Long> shape(long cols) {
    return List.of(8L, cols);
  }
}
