package io.halftone.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.KernelLoader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs in a JVM of its own that was started without the incubator module. */
@Tag("without-vector-api")
class WithoutVectorApiTest {
  private static final String FLAG = "--add-modules jdk.incubator.vector";

  @BeforeEach
  void nothingIsForced() {
    System.clearProperty(KernelLoader.PROPERTY);
  }

  @Test
  void theProviderLoadsAndNamesTheFlag() {
    VectorKernelProvider provider = new VectorKernelProvider();
    assertFalse(provider.isUsable());
    assertTrue(provider.advice().contains(FLAG), provider.advice());
  }

  @Test
  void theLoaderFallsBackToScalarKernels() {
    assertEquals("scalar", KernelLoader.load().name());
  }

  @Test
  void forcedVectorKernelsAreRefused() {
    System.setProperty(KernelLoader.PROPERTY, "vector");
    IllegalStateException e = assertThrows(IllegalStateException.class, KernelLoader::load);
    assertTrue(e.getMessage().contains(FLAG), e.getMessage());
  }
}
