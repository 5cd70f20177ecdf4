package io.halftone.core.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelLoaderTest {
  private static final Kernels FAST = new ScalarKernels();
  private static final KernelProvider USABLE = provider(true);
  private static final KernelProvider UNUSABLE = provider(false);

  private final List<String> warnings = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(strings = {"", "vector"})
  void takesTheFirstUsableProvider(String forced) {
    assertSame(FAST, choose(forced, UNUSABLE, USABLE));
    assertTrue(warnings.isEmpty());
  }

  @Test
  void scalarWinsWhenForced() {
    assertNotFast(choose("scalar", USABLE));
    assertTrue(warnings.isEmpty());
  }

  @Test
  void warnsWithTheFlagWhenNothingIsFound() {
    assertNotFast(choose(""));
    assertEquals(1, warnings.size());
    assertTrue(warnings.get(0).contains("--add-modules jdk.incubator.vector"), warnings.get(0));
  }

  @Test
  void warnsWithTheAdviceOfAnUnusableProvider() {
    assertNotFast(choose("", UNUSABLE));
    assertEquals(1, warnings.size());
    assertTrue(warnings.get(0).contains("turn it on"), warnings.get(0));
  }

  @Test
  void refusesToReplaceForcedVectorKernels() {
    IllegalStateException absent =
        assertThrows(IllegalStateException.class, () -> choose("vector"));
    assertTrue(absent.getMessage().contains("halftone-simd"), absent.getMessage());
    IllegalStateException unusable =
        assertThrows(IllegalStateException.class, () -> choose("vector", UNUSABLE));
    assertTrue(unusable.getMessage().contains("turn it on"), unusable.getMessage());
  }

  @Test
  void refusesAnUnknownChoice() {
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> choose("fast", USABLE));
    assertTrue(e.getMessage().contains("'fast'"), e.getMessage());
  }

  private Kernels choose(String forced, KernelProvider... providers) {
    return KernelLoader.choose(forced, List.of(providers), warnings::add);
  }

  private static void assertNotFast(Kernels kernels) {
    assertInstanceOf(ScalarKernels.class, kernels);
    assertTrue(kernels != FAST);
  }

  private static KernelProvider provider(boolean usable) {
    return new KernelProvider() {
      @Override
      public boolean isUsable() {
        return usable;
      }

      @Override
      public String advice() {
        return "turn it on";
      }

      @Override
      public Kernels create() {
        return FAST;
      }
    };
  }
}
