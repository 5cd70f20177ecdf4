package io.halftone.cli.report;

import java.util.List;

/**
 * What a reader needs to obtain the same bytes again.
 *
 * @param halftone Halftone's version
 * @param jvm name and version of the virtual machine
 * @param os name and version of the operating system
 * @param arch processor architecture
 * @param runtime name and version of the inference runtime; empty if none was used
 * @param kernels which kernels ran, for example {@code "scalar"} or {@code "vector 256"}
 * @param algebra which linear algebra ran
 * @param seed seed of every random choice
 * @param threads worker threads
 * @param inputs files that were read
 * @param recipes recipes that were run
 */
public record Provenance(
    String halftone,
    String jvm,
    String os,
    String arch,
    String runtime,
    String kernels,
    String algebra,
    long seed,
    int threads,
    List<InputFile> inputs,
    List<RecipeText> recipes) {

  /** Checks ranges and copies the collections. */
  public Provenance {
    Require.text("halftone", halftone);
    Require.text("jvm", jvm);
    Require.text("os", os);
    Require.text("arch", arch);
    Require.text("kernels", kernels);
    Require.text("algebra", algebra);
    Require.atLeast("threads", threads, 1);
    if (runtime == null) {
      throw new IllegalArgumentException("runtime must not be null");
    }
    inputs = List.copyOf(inputs);
    recipes = List.copyOf(recipes);
  }
}
