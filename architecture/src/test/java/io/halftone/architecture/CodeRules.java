package io.halftone.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;

/** What code may not do. */
final class CodeRules {
  private static final String[] ALGORITHMS = {
    "io.halftone..core..",
    "io.halftone..simd..",
    "io.halftone..quantizers..",
    "io.halftone..calibration..",
  };
  private static final String QUANTIZERS = "io.halftone..quantizers..";

  static final ArchRule PARTS_ARE_RECORDS =
      classes()
          .that()
          .implement("io.halftone.core.spi.Part")
          .and()
          .areNotInterfaces()
          .should()
          .beRecords()
          .because("an algorithm is data: its hyper-parameters");

  static final ArchRule QUANTIZERS_TOUCH_NO_FILES =
      noClasses()
          .that()
          .resideInAPackage(QUANTIZERS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.nio.file..", "java.nio.channels..", "java.net..")
          .orShould()
          .dependOnClassesThat()
          .haveNameMatching(
              "java\\.io\\.(?!Serializable|ObjectStreamException|UncheckedIOException).*")
          .because("a quantizer is a function of its task");

  static final ArchRule QUANTIZERS_READ_NO_ENVIRONMENT =
      noClasses()
          .that()
          .resideInAPackage(QUANTIZERS)
          .should()
          .accessTargetWhere(
              Accesses.of(
                  "a clock, a property or an unseeded random number",
                  Set.of(
                      "java.lang.System.getProperty",
                      "java.lang.System.getProperties",
                      "java.lang.System.setProperty",
                      "java.lang.System.getenv",
                      "java.lang.System.currentTimeMillis",
                      "java.lang.System.nanoTime",
                      "java.lang.Integer.getInteger",
                      "java.lang.Boolean.getBoolean",
                      "java.lang.Runtime.getRuntime",
                      "java.time.Instant.now",
                      "java.time.LocalDate.now",
                      "java.time.LocalDateTime.now",
                      "java.time.Clock.systemUTC",
                      "java.lang.Math.random",
                      "java.lang.StrictMath.random",
                      "java.util.UUID.randomUUID",
                      "java.util.Random.<init>()",
                      "java.util.SplittableRandom.<init>()",
                      "java.util.concurrent.ThreadLocalRandom.current")));

  static final ArchRule NO_STATIC_STATE =
      fields()
          .that()
          .areDeclaredInClassesThat()
          .resideInAnyPackage(ALGORITHMS)
          .and()
          .areStatic()
          .should()
          .beFinal();

  static final ArchRule TRANSCENDENTAL_FUNCTIONS_ARE_STRICT =
      noClasses()
          .that()
          .resideInAnyPackage(ALGORITHMS)
          .should()
          .accessTargetWhere(
              Accesses.of(
                  "a function of Math whose last bits depend on the JVM, or that rounds half up",
                  Set.of(
                      "java.lang.Math.sin",
                      "java.lang.Math.cos",
                      "java.lang.Math.tan",
                      "java.lang.Math.asin",
                      "java.lang.Math.acos",
                      "java.lang.Math.atan",
                      "java.lang.Math.atan2",
                      "java.lang.Math.sinh",
                      "java.lang.Math.cosh",
                      "java.lang.Math.tanh",
                      "java.lang.Math.exp",
                      "java.lang.Math.expm1",
                      "java.lang.Math.log",
                      "java.lang.Math.log10",
                      "java.lang.Math.log1p",
                      "java.lang.Math.pow",
                      "java.lang.Math.cbrt",
                      "java.lang.Math.hypot",
                      "java.lang.Math.round",
                      "java.util.stream.DoubleStream.sum",
                      "java.util.stream.DoubleStream.average")))
          .because("the same bytes come out on every machine");

  static final ArchRule NO_STANDARD_STREAMS =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.halftone..cli..")
          .should()
          .accessTargetWhere(
              Accesses.of(
                  "a standard stream",
                  Set.of(
                      "java.lang.System.out",
                      "java.lang.System.err",
                      "java.lang.System.in",
                      "java.lang.Throwable.printStackTrace",
                      "java.lang.Throwable.printStackTrace()")));

  static final ArchRule NO_JAVA_IO_FILE =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.halftone..cli..")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.io.File");

  static final ArchRule NO_DEFAULT_LOCALE_OR_CHARSET =
      noClasses()
          .should()
          .accessTargetWhere(
              Accesses.of(
                  "the default locale or charset",
                  Set.of(
                      "java.util.Locale.getDefault",
                      "java.nio.charset.Charset.defaultCharset",
                      "java.lang.String.format(java.lang.String, [Ljava.lang.Object;)",
                      "java.lang.String.formatted",
                      "java.lang.String.toLowerCase()",
                      "java.lang.String.toUpperCase()",
                      "java.lang.String.getBytes()",
                      "java.lang.String.<init>([B)",
                      "java.io.PrintStream.printf(java.lang.String, [Ljava.lang.Object;)",
                      "java.io.InputStreamReader.<init>(java.io.InputStream)",
                      "java.io.OutputStreamWriter.<init>(java.io.OutputStream)")));

  static final ArchRule NO_OPTION_MAPS =
      codeUnits()
          .that()
          .arePublic()
          .should(new UseNoOptionMap())
          .because("options are typed: a record of named components");

  static final ArchRule NAMES_SAY_WHAT_IT_IS =
      noClasses()
          .should()
          .haveSimpleNameEndingWith("Utils")
          .orShould()
          .haveSimpleNameEndingWith("Util")
          .orShould()
          .haveSimpleNameEndingWith("Helper")
          .orShould()
          .haveSimpleNameEndingWith("Manager")
          .orShould()
          .haveSimpleNameEndingWith("Impl")
          .orShould()
          .haveSimpleNameEndingWith("Base");

  static final ArchRule SIMD_SHUFFLES_NOTHING_ACROSS_WIDTHS =
      noClasses()
          .that()
          .resideInAPackage("io.halftone..simd..")
          .should()
          .accessTargetWhere(
              Accesses.of(
                  "an operation whose result depends on the vector width",
                  Set.of(
                      "jdk.incubator.vector.FloatVector.reduceLanes",
                      "jdk.incubator.vector.DoubleVector.reduceLanes",
                      "jdk.incubator.vector.FloatVector.compress",
                      "jdk.incubator.vector.DoubleVector.compress")))
          .because("the same bytes come out at every vector width");

  static final ArchRule SPECIES_ARE_CONSTANT =
      fields()
          .that()
          .haveRawType("jdk.incubator.vector.VectorSpecies")
          .should()
          .beStatic()
          .andShould()
          .beFinal()
          .because("the compiler must know the width");

  private CodeRules() {}
}
