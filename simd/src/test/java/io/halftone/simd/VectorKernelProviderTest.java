package io.halftone.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.KernelProvider;
import io.halftone.core.kernel.Kernels;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorKernelProviderTest {
  @Test
  void isFoundAsAService() {
    KernelProvider provider = ServiceLoader.load(KernelProvider.class).findFirst().orElseThrow();
    assertInstanceOf(VectorKernelProvider.class, provider);
    assertTrue(provider.isUsable(), provider.advice());
    Kernels kernels = provider.create();
    String bits = System.getProperty(VectorKernelProvider.BITS_PROPERTY, "");
    assertTrue(kernels.name().startsWith("vector-" + bits), kernels.name());
  }

  @ParameterizedTest
  @ValueSource(strings = {"64", "wide", "0256"})
  void refusesAnUnknownWidth(String bits) {
    String before = System.getProperty(VectorKernelProvider.BITS_PROPERTY, "");
    System.setProperty(VectorKernelProvider.BITS_PROPERTY, bits);
    try {
      IllegalStateException e =
          assertThrows(IllegalStateException.class, () -> new VectorKernelProvider().create());
      assertEquals(
          "halftone.vector.bits is '" + bits + "', expected 128, 256 or 512", e.getMessage());
    } finally {
      System.setProperty(VectorKernelProvider.BITS_PROPERTY, before);
    }
  }
}
