package io.halftone.quantizers.catalog;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Schemes;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeOrderTest {
  private static final Compute COMPUTE = Compute.defaults();
  private final SyntheticLayer layer = SyntheticLayer.of(11);

  static List<String> names() {
    return Catalog.names();
  }

  private double error(String name, LayerScheme scheme) {
    return layer.heldOutError(Catalog.named(name, scheme), COMPUTE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"W4A16_G32", "W3A16_G32", "W2A16_G32"})
  void heldOutErrorsFollowThePublishedOrder(String name) {
    LayerScheme scheme = Schemes.named(name);
    Map<String, Double> errors = new TreeMap<>();
    Catalog.names().forEach(recipe -> errors.put(recipe, error(recipe, scheme)));
    assertTrue(errors.get("gptq") <= 0.75 * errors.get("rtn"), errors::toString);
    assertTrue(errors.get("quantease") <= errors.get("gptq"), errors::toString);
    assertTrue(errors.get("awq") < errors.get("rtn"), errors::toString);
    double halftone = errors.remove("halftone");
    assertTrue(
        errors.values().stream().allMatch(other -> halftone < other), halftone + " in " + errors);
  }

  @ParameterizedTest
  @ValueSource(strings = {"smoothquant", "smoothquant-plus", "halftone"})
  void eightBitInputsGainFromScaling(String name) {
    assertTrue(error(name, Schemes.W8A8) < error("rtn", Schemes.W8A8));
  }

  @ParameterizedTest
  @MethodSource("names")
  void threadsDoNotChangeACode(String name) {
    QuantizedLinear single = onThreads(name, 1);
    QuantizedLinear several = onThreads(name, 3);
    assertArrayEquals(tensor(single).codes().values(), tensor(several).codes().values());
    assertArrayEquals(tensor(single).grid().scale(), tensor(several).grid().scale());
    assertArrayEquals(tensor(single).grid().zero(), tensor(several).grid().zero());
  }

  private QuantizedLinear onThreads(String name, int threads) {
    ForkJoinPool pool = new ForkJoinPool(threads);
    try {
      return layer.quantize(Catalog.named(name, Schemes.W3A16_G32), Compute.on(pool, 7));
    } finally {
      pool.shutdown();
    }
  }

  private static GridTensor tensor(QuantizedLinear layer) {
    return (GridTensor) layer.branches().get(0).weight();
  }
}
