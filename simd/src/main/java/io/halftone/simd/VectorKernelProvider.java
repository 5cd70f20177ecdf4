package io.halftone.simd;

import io.halftone.core.kernel.KernelProvider;
import io.halftone.core.kernel.Kernels;
import java.util.Locale;
import java.util.Set;
import jdk.incubator.vector.VectorShape;

/**
 * Offers {@link VectorKernels} where the incubating Vector API is readable and compiled well.
 *
 * <p>Loads on every JVM: vector types appear in no signature and no body of this class, only behind
 * its checks.
 */
public final class VectorKernelProvider implements KernelProvider {
  /** System property with the vector width in bits: 128, 256 or 512; default is the machine's. */
  public static final String BITS_PROPERTY = "halftone.vector.bits";

  private static final String MODULE = "jdk.incubator.vector";
  private static final int NARROWEST = 128;

  /** For the service loader. */
  public VectorKernelProvider() {}

  @Override
  public boolean isUsable() {
    return isReadable() && isOptimised() && Machine.vectorBits() >= NARROWEST;
  }

  @Override
  public String advice() {
    if (!isReadable()) {
      return "the Vector API is not readable: pass --add-modules " + MODULE + " to the JVM";
    }
    if (!isOptimised()) {
      return "the Vector API needs HotSpot's optimising compiler, this JVM runs in '"
          + System.getProperty("java.vm.info", "")
          + "'; --add-modules "
          + MODULE
          + " alone does not help";
    }
    return "vectors of this machine have " + Machine.vectorBits() + " bits, 128 are needed";
  }

  /**
   * Creates the kernels.
   *
   * @throws IllegalStateException if {@code halftone.vector.bits} is not 128, 256 or 512
   */
  @Override
  public Kernels create() {
    String bits = System.getProperty(BITS_PROPERTY, "");
    if (!Set.of("", "128", "256", "512").contains(bits)) {
      throw new IllegalStateException(
          BITS_PROPERTY + " is '" + bits + "', expected 128, 256 or 512");
    }
    return new VectorKernels();
  }

  private static boolean isReadable() {
    return ModuleLayer.boot().findModule(MODULE).isPresent();
  }

  /** The interpreter and the client compiler run vector code far slower than plain loops. */
  private static boolean isOptimised() {
    String mode = System.getProperty("java.vm.info", "").toLowerCase(Locale.ROOT);
    return !mode.contains("interpreted") && !mode.contains("emulated-client");
  }

  /** Apart, because this type alone needs the module when it is linked. */
  private static final class Machine {
    private Machine() {}

    static int vectorBits() {
      return VectorShape.preferredShape().vectorBitSize();
    }
  }
}
