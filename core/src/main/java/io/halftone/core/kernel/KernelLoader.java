package io.halftone.core.kernel;

import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the kernels of this JVM.
 *
 * <p>The system property {@code halftone.kernels} forces {@code scalar} or {@code vector}; without
 * it the first usable {@link KernelProvider} wins, and scalar kernels with one warning per JVM are
 * what remains. Results have the same bits either way.
 */
public final class KernelLoader {
  /** The system property that forces a choice: {@code scalar} or {@code vector}. */
  public static final String PROPERTY = "halftone.kernels";

  private static final Logger LOG = LoggerFactory.getLogger(KernelLoader.class);
  private static final String MISSING =
      "no vector kernels found: put halftone-simd on the class path and pass"
          + " --add-modules jdk.incubator.vector to the JVM";
  private static final AtomicBoolean WARNED = new AtomicBoolean();

  private KernelLoader() {}

  /**
   * Finds the kernels.
   *
   * @throws IllegalStateException if {@code halftone.kernels} asks for what is not there; says what
   *     is missing
   */
  public static Kernels load() {
    List<KernelProvider> providers =
        ServiceLoader.load(KernelProvider.class).stream().map(ServiceLoader.Provider::get).toList();
    return choose(System.getProperty(PROPERTY, ""), providers, KernelLoader::warnOnce);
  }

  static Kernels choose(String forced, List<KernelProvider> providers, Consumer<String> warning) {
    switch (forced) {
      case "scalar":
        return new ScalarKernels();
      case "vector":
        return providers.stream()
            .filter(KernelProvider::isUsable)
            .findFirst()
            .map(KernelProvider::create)
            .orElseThrow(
                () -> new IllegalStateException(PROPERTY + "=vector: " + reason(providers)));
      case "":
        return providers.stream()
            .filter(KernelProvider::isUsable)
            .findFirst()
            .map(KernelProvider::create)
            .orElseGet(() -> scalarWithWarning(providers, warning));
      default:
        throw new IllegalStateException(
            PROPERTY + " is '" + forced + "', expected 'scalar' or 'vector'");
    }
  }

  private static Kernels scalarWithWarning(
      List<KernelProvider> providers, Consumer<String> warning) {
    warning.accept("using scalar kernels, same results at lower speed: " + reason(providers));
    return new ScalarKernels();
  }

  private static String reason(List<KernelProvider> providers) {
    return providers.isEmpty() ? MISSING : providers.get(0).advice();
  }

  private static void warnOnce(String message) {
    if (WARNED.compareAndSet(false, true)) {
      LOG.warn(message);
    }
  }
}
