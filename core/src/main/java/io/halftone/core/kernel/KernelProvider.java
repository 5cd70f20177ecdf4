package io.halftone.core.kernel;

/** Offers an implementation of {@link Kernels}; found by {@link java.util.ServiceLoader}. */
public interface KernelProvider {
  /** Whether the kernels run at full speed on this JVM and machine. */
  boolean isUsable();

  /**
   * What the user can do to make them usable, one sentence; read when {@link #isUsable()} is false.
   */
  String advice();

  /** Creates the kernels; called only when usable. */
  Kernels create();
}
