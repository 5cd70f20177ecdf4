package io.halftone.io.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.format.Formats;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Schemes;
import io.halftone.testkit.RandomLayers;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModelRuntimesTest {
  private static final Granularity G32 = new Granularity.PerGroup(32);

  private static Optional<String> refusal(String runtime, String format, LayerScheme scheme) {
    return ModelRuntimes.named(runtime)
        .refusal(QuantizationConfig.ofAll(format, scheme, false, List.of()));
  }

  @Test
  void everyEntrySaysWhereItComesFromAndWhatElseToWrite() {
    HashSet<String> ids = new HashSet<>();
    for (ModelRuntime runtime : ModelRuntimes.all()) {
      assertTrue(ids.add(runtime.id()), runtime.id());
      assertFalse(runtime.evidence().isBlank() || runtime.alternative().isBlank());
      runtime.reads().forEach(reads -> TargetFormat.named(reads.format()));
    }
  }

  @Test
  void refusalsNameRuntimeVersionAndAlternative() {
    assertEquals(
        Optional.empty(),
        refusal("vllm", "pack-quantized", RandomLayers.symmetric(4, G32, Formats.F16)));
    String bits =
        refusal("vllm", "pack-quantized", RandomLayers.symmetric(3, G32, Formats.F16))
            .orElseThrow();
    assertTrue(
        bits.startsWith(
            "vllm 0.6 does not read pack-quantized with 3 bits (it reads [4, 8]); write"),
        bits);
    assertTrue(
        refusal("vllm", "pack-quantized", RandomLayers.asymmetric(4, G32))
            .orElseThrow()
            .contains("zero points"));
    assertTrue(
        refusal("vllm", "int-quantized", Schemes.W8A16).orElseThrow().contains("float inputs"));
    assertEquals(Optional.empty(), refusal("vllm", "int-quantized", Schemes.W8A8));
    assertTrue(
        refusal("llama.cpp", "awq", RandomLayers.asymmetric(4, G32))
            .orElseThrow()
            .contains("llama.cpp v0.5.0 does not read awq at all; write GGUF"));
  }

  @Test
  void aVersionCanBeNamed() {
    LayerScheme three = RandomLayers.symmetric(3, G32, Formats.F16);
    assertTrue(refusal("compressed-tensors@2025-10", "pack-quantized", three).isPresent());
    assertEquals(Optional.empty(), refusal("compressed-tensors", "pack-quantized", three));
    String message =
        assertThrows(IllegalArgumentException.class, () -> ModelRuntimes.named("vlm")).getMessage();
    assertTrue(message.contains("jlama@0.8.4"), message);
  }
}
