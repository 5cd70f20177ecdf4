package io.halftone.calibration.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.calibration.FallbackPolicy;
import io.halftone.calibration.Pipeline;
import io.halftone.calibration.PipelineMemory;
import io.halftone.calibration.Progress;
import io.halftone.core.kernel.Compute;
import io.halftone.core.model.Activation;
import io.halftone.core.model.DecoderConfig;
import io.halftone.core.model.TensorInfo;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.recipe.NameFilter;
import io.halftone.core.recipe.Recipe;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.spi.LinearQuantizer;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.stats.Statistics;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DecoderMemoryTest {
  private static final Pipeline PIPELINE =
      Pipeline.of(
          Recipe.of("nearest", Schemes.W4A16_G32).quantize(new Nearest()), Compute.defaults());

  private record Nearest() implements LinearQuantizer {
    @Override
    public QuantizedLinear quantize(LinearTask task, Compute compute) {
      throw new UnsupportedOperationException("only its memory is asked");
    }
  }

  private static TokenSequences tokens(int sequences) {
    return new TokenSequences(Collections.nCopies(sequences, new int[] {1, 2, 3, 4, 5, 6, 7, 8}));
  }

  private static DecoderMemory of(String type, Propagation propagation, int sequences)
      throws IOException {
    Architecture table = Architectures.of(type).get(0);
    DecoderConfig config = ForwardPassTest.config(table, Activation.SILU);
    FloatDecoder model = FloatDecoder.of(config, MemoryTensors.random(table, config, 1));
    return DecoderMemory.of(model, PIPELINE, propagation, tokens(sequences), tokens(1));
  }

  @Test
  void countsWhatABlockHolds() throws IOException {
    DecoderMemory memory = of("llama", Propagation.QUANTIZED_PREFIX, 1);
    // hidden 24, inner 40, 4 heads of 8 channels, 2 of keys and values
    long attention = 24 * 32 + 2 * 24 * 16 + 32 * 24;
    long inputs = 2 * 24 * 40;
    long feedForward = inputs + 40 * 24;
    assertEquals(4 * (attention + feedForward), memory.weights());
    // groups of 32: one to 24 channels, two to 40
    long groups = 32 + 2 * 16 + 24 + 2 * 40 + 24 * 2;
    assertEquals(2 * (attention + feedForward) + 8 * groups, memory.codes());
    assertTrue(memory.layer() > 4 * inputs + 28 * 40 * 24);
    assertEquals(4 * 8 * 24, memory.states());
    assertTrue(memory.measuring() > 2 * 4 * 13 * 24);
    assertEquals(
        Math.max(
            memory.weights() + memory.layer() + memory.codes() + memory.states(),
            memory.measuring()),
        memory.total());
  }

  @Test
  void fusedLayersCountAsTheirParts() throws IOException {
    assertEquals(
        of("llama", Propagation.FLOAT_PREFIX, 1).weights(),
        of("phi3", Propagation.FLOAT_PREFIX, 1).weights());
  }

  @Test
  void floatTargetsKeepASecondStream() throws IOException {
    DecoderMemory one = of("llama", Propagation.QUANTIZED_PREFIX, 3);
    DecoderMemory two = of("llama", Propagation.FLOAT_TARGETS, 3);
    assertEquals(2 * one.states(), two.states());
    assertTrue(two.layer() >= one.layer());
  }

  /** In layers large enough that adding 2048 tokens to a Gram matrix is not the most. */
  @Test
  void comparingTakesThreeWeightsAndCorrectingMore() {
    long inner = 1024;
    long hidden = 512;
    DecoderHalf half =
        new DecoderHalf(
            List.of(new TensorInfo("up", (int) inner, (int) hidden)),
            new TensorInfo("down", (int) hidden, (int) inner));
    PipelineMemory memory = new PipelineMemory(PIPELINE, Set.of(Statistics.GRAM));
    long plain = new HalfMemory(half, memory, false, 8).peak();
    long decodedInputs = 4 * inner * hidden;
    long gram = 8 * inner * inner;
    assertTrue(plain > decodedInputs + gram + 4 * (inner * inner + 3 * inner * hidden));
    long targets = new HalfMemory(half, memory, true, 8).peak();
    assertTrue(targets >= plain + 4 * inner * hidden, targets + " beside " + plain);
  }

  @Test
  void layersThatStayFloatHaveNoCodes() throws IOException {
    Architecture table = Architectures.of("llama").get(0);
    DecoderConfig config = ForwardPassTest.config(table, Activation.SILU);
    FloatDecoder model = FloatDecoder.of(config, MemoryTensors.random(table, config, 1));
    Pipeline down =
        new Pipeline(
            PIPELINE.recipe(),
            PIPELINE.compute(),
            FallbackPolicy.STRICT,
            new NameFilter(List.of("*down_proj"), List.of()),
            Progress.SILENT);
    assertEquals(
        2 * 24 * 40 + 8 * 24 * 2,
        DecoderMemory.of(model, down, Propagation.QUANTIZED_PREFIX, tokens(1), tokens(1)).codes());
  }

  @Test
  void growsWithTheTokens() throws IOException {
    assertEquals(
        5 * of("llama", Propagation.QUANTIZED_PREFIX, 1).states(),
        of("llama", Propagation.QUANTIZED_PREFIX, 5).states());
  }
}
