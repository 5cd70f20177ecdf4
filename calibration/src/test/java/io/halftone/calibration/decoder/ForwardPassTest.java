package io.halftone.calibration.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.CanonicalAlgebra;
import io.halftone.core.kernel.Compute;
import io.halftone.core.kernel.ScalarKernels;
import io.halftone.core.model.Activation;
import io.halftone.core.model.DecoderConfig;
import io.halftone.core.model.DecoderConfig.AttentionLimits;
import io.halftone.core.model.DecoderConfig.Rotary;
import io.halftone.core.model.RotaryScaling;
import io.halftone.core.tensor.FloatMatrix;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every architecture against the double oracle, on small models with random weights. */
class ForwardPassTest {
  private static final Compute COMPUTE = Compute.defaults();
  private static final TokenSequences TOKENS =
      new TokenSequences(List.of(new int[] {1, 7, 3, 3, 12, 0, 9}, new int[] {4, 5}));

  static Stream<Architecture> tables() {
    return Architectures.modelTypes().stream()
        .flatMap(type -> Architectures.of(type).stream())
        .distinct();
  }

  static DecoderConfig config(Architecture table, Activation activation) {
    return new DecoderConfig(
        table.modelTypes().get(0),
        24,
        40,
        2,
        4,
        2,
        8,
        13,
        16,
        1e-5f,
        new Rotary(10_000, 8, new RotaryScaling.None()),
        activation,
        table.tiedHead(),
        AttentionLimits.NONE);
  }

  private static DecoderConfig with(DecoderConfig c, Rotary rotary, AttentionLimits attention) {
    return new DecoderConfig(
        c.modelType(),
        c.hiddenSize(),
        c.intermediateSize(),
        c.blocks(),
        c.heads(),
        c.keyValueHeads(),
        c.headSize(),
        c.vocabulary(),
        c.contextLength(),
        c.normEpsilon(),
        rotary,
        c.activation(),
        c.tiedHead(),
        attention);
  }

  private static List<FloatMatrix> logits(DecoderConfig config, MemoryTensors tensors, Compute on)
      throws IOException {
    FloatDecoder decoder = FloatDecoder.of(config, tensors);
    ResidualStream stream = ResidualStream.of(decoder, TOKENS);
    for (int b = 0; b < config.blocks(); b++) {
      stream.advance(decoder.block(b), on);
    }
    FloatMatrix all = decoder.head().logits(stream.state(0), on);
    return List.of(all.rows(0, 7), all.rows(7, 9));
  }

  private static void assertAgrees(Architecture table, DecoderConfig config) throws IOException {
    MemoryTensors tensors = MemoryTensors.random(table, config, 1);
    List<FloatMatrix> got = logits(config, tensors, COMPUTE);
    NaiveDecoder naive = new NaiveDecoder(config, table, tensors.byName);
    for (int s = 0; s < 2; s++) {
      double[][] expected = naive.logits(TOKENS.sequences().get(s));
      for (int t = 0; t < expected.length; t++) {
        for (int v = 0; v < expected[t].length; v++) {
          assertEquals(expected[t][v], got.get(s).get(t, v), 2e-5, table.name());
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("tables")
  void agreesWithTheOracle(Architecture table) throws IOException {
    assertAgrees(table, config(table, table.activation()));
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void computesEveryActivation(Activation activation) throws IOException {
    Architecture table = Architectures.of("starcoder2").get(0);
    assertAgrees(table, config(table, activation));
  }

  @Test
  void seesAWindowCapsScoresAndScalesQueries() throws IOException {
    Architecture table = Architectures.of("gemma2").get(0);
    DecoderConfig plain = config(table, Activation.GELU_TANH);
    AttentionLimits limits = new AttentionLimits(3, table.windowedBlocks(), 2, 1.5f, 0.9f);
    assertAgrees(table, with(plain, plain.rotary(), limits));
  }

  @Test
  void rotatesSomeChannelsAtStretchedFrequencies() throws IOException {
    Architecture table = Architectures.of("llama").get(0);
    DecoderConfig plain = config(table, Activation.SILU);
    RotaryScaling banded = new RotaryScaling.Banded(8, 1, 4, 64);
    assertAgrees(table, with(plain, new Rotary(500, 6, banded), AttentionLimits.NONE));
    RotaryScaling linear = new RotaryScaling.Linear(4);
    assertAgrees(table, with(plain, new Rotary(500, 8, linear), AttentionLimits.NONE));
  }

  @Test
  void hasTheSameBitsOnScalarKernelsAndAnyNumberOfThreads() throws IOException {
    Architecture table = Architectures.of("qwen3").get(0);
    DecoderConfig config = config(table, Activation.SILU);
    MemoryTensors tensors = MemoryTensors.random(table, config, 2);
    FloatMatrix expected = logits(config, tensors, COMPUTE).get(0);
    ForkJoinPool three = new ForkJoinPool(3);
    try {
      ScalarKernels scalar = new ScalarKernels();
      Compute other = new Compute(scalar, new CanonicalAlgebra(scalar, three), three, 0);
      assertArrayEquals(expected.data(), logits(config, tensors, other).get(0).data());
    } finally {
      three.shutdown();
    }
  }

  @Test
  void namesMissingAndUnknownTensors() {
    Architecture table = Architectures.of("qwen2").get(0);
    DecoderConfig config = config(table, Activation.SILU);
    MemoryTensors tensors = MemoryTensors.random(table, config, 3);
    tensors.rename("model.layers.1.self_attn.k_proj.bias", "model.layers.1.self_attn.k_bias");
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> FloatDecoder.of(config, tensors));
    assertTrue(
        refusal.getMessage().contains("missing: model.layers.1.self_attn.k_proj.bias")
            && refusal.getMessage().contains("not known: model.layers.1.self_attn.k_bias"),
        refusal.getMessage());
  }

  @Test
  void refusesTensorsOfAnotherShape() throws IOException {
    Architecture table = Architectures.of("llama").get(0);
    DecoderConfig config = config(table, Activation.SILU);
    MemoryTensors tensors = MemoryTensors.random(table, config, 4);
    tensors.rename("model.norm.weight", "x");
    tensors.rename("model.layers.0.self_attn.k_proj.bias", "model.norm.weight");
    tensors.remove("x");
    FloatDecoder decoder = FloatDecoder.of(config, tensors);
    IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, decoder::head);
    assertTrue(
        refusal.getMessage().contains("model.norm.weight has shape [16]"), refusal.getMessage());
  }

  @Test
  void refusesTokensAndLengthsBeyondTheModel() throws IOException {
    Architecture table = Architectures.of("llama").get(0);
    DecoderConfig config = config(table, Activation.SILU);
    FloatDecoder decoder = FloatDecoder.of(config, MemoryTensors.random(table, config, 5));
    TokenSequences unknown = new TokenSequences(List.of(new int[] {1, 13}));
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> decoder.embed(unknown))
            .getMessage()
            .contains("token 13 at position 1"));
    TokenSequences tooLong = new TokenSequences(List.of(new int[17]));
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> decoder.embed(tooLong))
            .getMessage()
            .contains("a sequence of 17 tokens"));
  }
}
