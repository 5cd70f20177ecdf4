package io.halftone.cli.determinism;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import io.halftone.calibration.Quantize;
import io.halftone.core.kernel.CanonicalAlgebra;
import io.halftone.core.kernel.Compute;
import io.halftone.core.kernel.KernelProvider;
import io.halftone.core.kernel.Kernels;
import io.halftone.core.kernel.ScalarKernels;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.Schemes;
import io.halftone.quantizers.catalog.Catalog;
import io.halftone.testkit.Fixtures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every recipe finds the codes and scales on record, whatever the kernels, the number of threads,
 * the JDK and the machine.
 *
 * <p>A changed value means that users get other files than before. Where that is intended, run with
 * {@code -Dhalftone.golden.update=true}, see {@code same-codes.md}.
 */
class SameCodesTest {
  private static final List<String> SCHEMES = List.of("W4A16_G32", "W8A8");
  private static final int[] THREADS = {1, 2, 3, 7};
  private static final Fixtures.Layer LAYER = Fixtures.correlated(20, 600, 256, 96);

  private static final Map<String, String> ON_RECORD = GoldenCodes.read();
  private static final Map<String, String> FOUND = new TreeMap<>();

  static Stream<Arguments> recipes() {
    return Catalog.names().stream()
        .flatMap(recipe -> SCHEMES.stream().map(scheme -> Arguments.of(recipe, scheme)));
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void recipeFindsTheCodesOnRecord(String recipe, String scheme) {
    Map<String, String> found = new LinkedHashMap<>();
    for (Kernels kernels : kernels()) {
      for (int threads : THREADS) {
        found.put(
            kernels.name() + " kernels, " + threads + " threads",
            LayerDigest.of(quantize(recipe, scheme, kernels, threads)));
      }
    }
    String key = recipe + " " + scheme;
    FOUND.put(key, found.values().iterator().next());
    String expected = GoldenCodes.UPDATE ? FOUND.get(key) : ON_RECORD.get(key);
    Map<String, String> all = new LinkedHashMap<>(found);
    all.replaceAll((where, digest) -> expected);
    assertEquals(all, found);
    if (GoldenCodes.UPDATE) {
      abort("recorded, not compared");
    }
  }

  @AfterAll
  static void record() throws IOException {
    if (GoldenCodes.UPDATE) {
      GoldenCodes.write(FOUND);
    }
  }

  private static List<Kernels> kernels() {
    List<Kernels> all = new ArrayList<>(List.of(new ScalarKernels()));
    ServiceLoader.load(KernelProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(KernelProvider::isUsable)
        .forEach(provider -> all.add(provider.create()));
    return all;
  }

  private static QuantizedLinear quantize(
      String recipe, String scheme, Kernels kernels, int threads) {
    ForkJoinPool pool = new ForkJoinPool(threads);
    try {
      Compute compute = new Compute(kernels, new CanonicalAlgebra(kernels, pool), pool, 0);
      return Quantize.linear(
          "layer",
          LAYER.weight(),
          LAYER.x(),
          Catalog.named(recipe, Schemes.named(scheme)),
          compute);
    } finally {
      pool.shutdown();
    }
  }
}
