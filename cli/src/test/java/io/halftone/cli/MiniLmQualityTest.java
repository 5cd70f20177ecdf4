package io.halftone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.cli.MiniLmBench.Measured;
import io.halftone.quantizers.catalog.Catalog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the recipes are worth on a real model: all-MiniLM-L6-v2, calibrated on the demo's text,
 * measured on text it was not calibrated on. Every recipe runs once; all figures are printed at the
 * end. With {@code -Dhalftone.heavy=true} slow recipes and fewer bits run too.
 */
@Tag("quality")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MiniLmQualityTest {
  /** Outcomes of layers that were quantized by the method as it is stated. */
  private static final Set<String> AS_STATED = Set.of("calibrated", "data-free");

  /** Recipes that run with heavy tests only. */
  private static final Set<String> SLOW = Set.of("adaround", "smoothquant-plus");

  @TempDir private static Path directory;

  private MiniLmBench bench;

  @BeforeAll
  void capture() throws IOException {
    bench = MiniLmBench.capture(directory);
  }

  @AfterAll
  void close() {
    System.out.print(bench.table());
    bench.close();
  }

  /** Four bits; with heavy tests three and two as well. */
  static Stream<String> schemes() {
    return Boolean.getBoolean("halftone.heavy")
        ? Stream.of("W4A16_G32", "W3A16_G32", "W2A16_G32")
        : Stream.of("W4A16_G32");
  }

  static Stream<String> schemesThatKeepEmbeddings() {
    return schemes().filter(scheme -> !scheme.equals("W2A16_G32"));
  }

  @Test
  void measuresEveryLinearOnEnoughTokens() throws IOException {
    assertEquals(36, bench.measure("rtn", "W4A16_G32").layers());
    assertTrue(bench.calibrationTokens() >= 20_000, () -> bench.calibrationTokens() + " tokens");
    assertTrue(bench.heldOutTokens() >= 5_000, () -> bench.heldOutTokens() + " tokens");
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void errorFeedbackTakesAtLeastAQuarterOffTheErrorOfRounding(String scheme) throws IOException {
    assertAtMost(0.75, "gptq", "rtn", scheme);
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void coordinateDescentIsNoWorseThanWhereItStarted(String scheme) throws IOException {
    assertAtMost(1, "quantease", "gptq", scheme);
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void scalingAndClippingBeatRounding(String scheme) throws IOException {
    assertLess("awq", "rtn", scheme);
  }

  /** At four bits every other weight-only recipe, at fewer bits the quick ones. */
  static Stream<Arguments> rivals() {
    return schemes().flatMap(scheme -> rivals(scheme).map(name -> Arguments.of(name, scheme)));
  }

  private static Stream<String> rivals(String scheme) {
    if (!scheme.equals("W4A16_G32")) {
      return Stream.of("rtn", "gptq", "quantease", "awq", "awq-gptq");
    }
    return Catalog.names().stream()
        .filter(name -> Catalog.describe(name).defaultScheme().isWeightOnly())
        .filter(name -> !name.equals("halftone"))
        .filter(name -> Boolean.getBoolean("halftone.heavy") || !SLOW.contains(name));
  }

  @ParameterizedTest
  @MethodSource("rivals")
  void halftoneHasLessErrorThan(String recipe, String scheme) throws IOException {
    assertLess("halftone", recipe, scheme);
  }

  @ParameterizedTest
  @MethodSource("schemesThatKeepEmbeddings")
  void halftoneKeepsEmbeddingsCloserThanRounding(String scheme) throws IOException {
    double halftone = 1 - bench.measure("halftone", scheme).cosine();
    double rtn = 1 - bench.measure("rtn", scheme).cosine();
    assertTrue(
        halftone <= 0.6 * rtn,
        () -> "1 - cosine of halftone is " + halftone + ", of rtn " + rtn + " at " + scheme);
  }

  @Test
  void smoothquantIsAsGoodAsThePublishedTwin() throws IOException {
    double smoothquant = bench.measure("smoothquant", "W8A8").cosine();
    double twin = bench.twinCosine();
    assertTrue(
        smoothquant >= twin,
        () -> "cosine of smoothquant " + smoothquant + ", of the twin " + twin);
  }

  private void assertAtMost(double factor, String recipe, String other, String scheme)
      throws IOException {
    double ours = error(recipe, scheme);
    double theirs = error(other, scheme);
    assertTrue(
        ours <= factor * theirs,
        () -> describe(recipe, ours, other, theirs, scheme) + ", at most " + factor + " of it");
  }

  private void assertLess(String recipe, String other, String scheme) throws IOException {
    double ours = error(recipe, scheme);
    double theirs = error(other, scheme);
    assertTrue(ours < theirs, () -> describe(recipe, ours, other, theirs, scheme));
  }

  private double error(String recipe, String scheme) throws IOException {
    Measured measured = bench.measure(recipe, scheme);
    assertTrue(
        AS_STATED.containsAll(measured.outcomes()), () -> recipe + " is " + measured.outcomes());
    return measured.meanError();
  }

  private static String describe(
      String recipe, double ours, String other, double theirs, String scheme) {
    return scheme + ": mean error of " + recipe + " is " + ours + ", of " + other + " " + theirs;
  }
}
