package io.halftone.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.lang.ArchRule;

/**
 * Which module may see which. Patterns begin with {@code io.halftone..} so that planted classes
 * match them too.
 */
final class ModuleRules {
  private static final String CORE = "io.halftone..core..";
  private static final String QUANTIZERS = "io.halftone..quantizers..";
  private static final String CALIBRATION = "io.halftone..calibration..";
  private static final String IO = "io.halftone..io..";
  private static final String SIMD = "io.halftone..simd..";
  private static final String TESTKIT = "io.halftone..testkit..";
  private static final String ND4J = "io.halftone..nd4j..";
  private static final String ONNX_RUNTIME = "io.halftone..onnxruntime..";
  private static final String LLAMA_CPP = "io.halftone..llamacpp..";
  private static final String CLI = "io.halftone..cli..";

  static final ArchRule CORE_STANDS_ALONE =
      classes()
          .that()
          .resideInAPackage(CORE)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(CORE, "java..", "org.slf4j..", "org.apache.commons.math3..")
          .because("every other module stands on it");

  static final ArchRule QUANTIZERS_STAND_ON_CORE =
      classes()
          .that()
          .resideInAPackage(QUANTIZERS)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(QUANTIZERS, CORE, "java..", "org.apache.commons.math3..")
          .because("a quantizer is a function of its task");

  static final ArchRule QUANTIZERS_IGNORE_EACH_OTHER =
      slices()
          .matching("io.halftone..quantizers.(*)..")
          .should()
          .notDependOnEachOther()
          .ignoreDependency(resideInAPackage("io.halftone..quantizers.catalog.."), alwaysTrue())
          .because(
              "basis, grid, codes and branches are blind to each other; the catalog composes them");

  static final ArchRule CALIBRATION_STANDS_ON_CORE =
      classes()
          .that()
          .resideInAPackage(CALIBRATION)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(CALIBRATION, CORE, "java..", "org.slf4j..", "com.fasterxml.jackson..")
          .because("the pipeline runs any part and knows none");

  static final ArchRule IO_STANDS_ON_CORE =
      classes()
          .that()
          .resideInAPackage(IO)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              IO, CORE, "java..", "com.fasterxml.jackson..", "com.google.protobuf..")
          .because("a format knows tensors, not methods");

  static final ArchRule SIMD_STANDS_ON_CORE =
      classes()
          .that()
          .resideInAPackage(SIMD)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(SIMD, CORE, "java..", "jdk.incubator.vector..");

  static final ArchRule TESTKIT_STANDS_ON_CORE =
      classes()
          .that()
          .resideInAPackage(TESTKIT)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              TESTKIT, CORE, "java..", "com.sun.management..", "org.junit..", "org.opentest4j..");

  static final ArchRule NOTHING_SEES_SIMD =
      noClasses()
          .that()
          .resideOutsideOfPackage(SIMD)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(SIMD)
          .because("vector kernels are found by ServiceLoader");

  static final ArchRule BRIDGES_ARE_SEEN_BY_PROGRAMS_ONLY =
      noClasses()
          .that()
          .resideOutsideOfPackages(ND4J, ONNX_RUNTIME, LLAMA_CPP, CLI)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ND4J, ONNX_RUNTIME, LLAMA_CPP, CLI);

  static final ArchRule BRIDGES_IGNORE_EACH_OTHER =
      noClasses()
          .that()
          .resideInAPackage(ONNX_RUNTIME)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ND4J, CLI)
          .allowEmptyShould(true);

  static final ArchRule INCUBATOR_ONLY_IN_SIMD =
      noClasses()
          .that()
          .resideOutsideOfPackage(SIMD)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("jdk.incubator..");

  static final ArchRule ND4J_ONLY_IN_ITS_BRIDGE =
      noClasses()
          .that()
          .resideOutsideOfPackage(ND4J)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.nd4j..", "org.bytedeco..");

  static final ArchRule ONNX_RUNTIME_ONLY_IN_ITS_BRIDGE =
      noClasses()
          .that()
          .resideOutsideOfPackage(ONNX_RUNTIME)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.onnxruntime..", "ai.djl..");

  static final ArchRule LLAMA_CPP_ONLY_IN_ITS_BRIDGE =
      noClasses()
          .that()
          .resideOutsideOfPackage(LLAMA_CPP)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("de.kherud..", "com.sun.jna..");

  static final ArchRule NO_PACKAGE_CYCLES =
      slices().matching("io.halftone.(**)").should().beFreeOfCycles();

  private ModuleRules() {}
}
