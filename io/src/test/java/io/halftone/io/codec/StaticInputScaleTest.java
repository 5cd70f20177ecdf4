package io.halftone.io.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.format.Formats;
import io.halftone.core.model.LayerCodec;
import io.halftone.core.model.StoredTensor;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Schemes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scale that compressed-tensors keeps of a static input. */
class StaticInputScaleTest {
  private static final LayerScheme STATIC = Schemes.named("W8A8_S");
  private static final LayerCodec CODEC = Codecs.intQuantized();
  private static final QuantizedLinear LAYER = CodecLayers.ofScheme(STATIC, 5, 33);
  private static final String NAME = LAYER.name() + ".input_scale";

  private static StoredTensor scale(float value) {
    return StoredFloats.tensor(NAME, Formats.F32, List.of(1L), new float[] {value});
  }

  private static List<StoredTensor> with(LayerScheme scheme, StoredTensor scale) {
    List<StoredTensor> stored = new ArrayList<>(CODEC.encode(CodecLayers.ofScheme(scheme, 5, 33)));
    stored.removeIf(tensor -> tensor.name().equals(NAME));
    stored.add(scale);
    return stored;
  }

  @Test
  void isOne() {
    StoredTensor stored =
        CODEC.encode(LAYER).stream().filter(t -> t.name().equals(NAME)).findFirst().orElseThrow();
    assertEquals(List.of(1L), stored.shape());
    assertEquals(1, StoredFloats.values(stored)[0]);
    assertEquals(LAYER.input(), CODEC.decode(LAYER.name(), STATIC, CODEC.encode(LAYER)).input());
  }

  /** Another scale would have to be divided by at run time, which nobody here does. */
  @ParameterizedTest
  @ValueSource(floats = {0.5f, 0, Float.NaN})
  void othersAreRefused(float value) {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> CODEC.decode(LAYER.name(), STATIC, with(STATIC, scale(value))));
    assertTrue(refused.getMessage().contains(NAME), refused::getMessage);
    assertTrue(refused.getMessage().contains("value " + value), refused::getMessage);
  }

  @Test
  void dynamicInputsHaveNone() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> CODEC.decode(LAYER.name(), Schemes.W8A8, with(Schemes.W8A8, scale(1))));
    assertTrue(refused.getMessage().contains("not static"), refused::getMessage);
  }

  @Test
  void staticInputsNeedOne() {
    List<StoredTensor> without = new ArrayList<>(CODEC.encode(LAYER));
    without.removeIf(tensor -> tensor.name().equals(NAME));
    assertThrows(IllegalArgumentException.class, () -> CODEC.decode(LAYER.name(), STATIC, without));
  }
}
