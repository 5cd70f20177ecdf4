package io.halftone.quantizers.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.recipe.Recipe;
import io.halftone.core.recipe.Step;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.scheme.Timing;
import io.halftone.quantizers.scaling.StaticSteps;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CatalogTest {
  static List<String> names() {
    return Catalog.names();
  }

  @Test
  void listsThePublishedSystems() {
    assertEquals(
        List.of(
            "rtn",
            "hqq",
            "gptq",
            "quantease",
            "awq",
            "awq-gptq",
            "smoothquant",
            "smoothquant-plus",
            "outlier-suppression-plus",
            "outliertune",
            "crossquant",
            "quarot",
            "mambaquant",
            "adaround",
            "halftone"),
        Catalog.names());
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyNameIsARecipeForTheGivenScheme(String name) {
    Recipe recipe = Catalog.named(name, Schemes.W3A16_G128);
    assertEquals(name, recipe.name());
    String scheme = name.equals("hqq") ? "W3A16_G128_FZ" : "W3A16_G128";
    assertEquals(Schemes.named(scheme), recipe.scheme());
    assertTrue(recipe.steps().get(recipe.steps().size() - 1) instanceof Step.QuantizeLinears);
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyNameIsDescribed(String name) {
    CatalogEntry entry = Catalog.describe(name);
    assertEquals(name, entry.name());
    assertTrue(entry.summary().endsWith("."), entry.summary());
    assertEquals("https", URI.create(entry.source()).getScheme());
    assertTrue(entry.departures().stream().allMatch(sentence -> sentence.endsWith(".")));
  }

  @ParameterizedTest
  @CsvSource({
    "halftone, W4A16_G32",
    "smoothquant, W8A8",
    "outlier-suppression-plus, W8A8",
    "outliertune, W8A8",
    "crossquant, W8A8",
    "quarot, W4A4_G32",
    "mambaquant, W4A4_G32"
  })
  void recipesForActivationsAreUsedWithThem(String name, String scheme) {
    assertEquals(Schemes.named(scheme), Catalog.describe(name).defaultScheme());
  }

  /** Steps stand behind all other transforms, once, and only where inputs are static. */
  @ParameterizedTest
  @MethodSource("names")
  void staticInputsGetTheirSteps(String name) {
    Recipe recipe = Catalog.named(name, Schemes.named("W8A8_S"));
    List<Step> steps = recipe.steps();
    assertEquals(1, stepsOf(recipe));
    int last = steps.size() - 1;
    assertTrue(steps.get(last) instanceof Step.QuantizeLinears);
    assertTrue(steps.get(last - 1).part() instanceof StaticSteps);
    assertEquals(recipe, StaticInputs.stepped(recipe));
    assertEquals(Timing.STATIC, recipe.scheme().input().timing());
    assertEquals(name.equals("outliertune") ? 1 : 0, stepsOf(Catalog.named(name, Schemes.W8A8)));
  }

  private static long stepsOf(Recipe recipe) {
    return recipe.steps().stream().filter(step -> step.part() instanceof StaticSteps).count();
  }

  @ParameterizedTest
  @MethodSource("names")
  void askingTwiceGivesEqualRecipes(String name) {
    assertEquals(Catalog.named(name, Schemes.W4A16_G32), Catalog.named(name, Schemes.W4A16_G32));
  }

  @ParameterizedTest
  @CsvSource({
    "gtpq,gptq",
    "AWQ,awq",
    "awqgptq,awq-gptq",
    "smooth-quant,smoothquant",
    "half-tone,halftone"
  })
  void anUnknownNameIsAnsweredWithTheNearestAndAll(String unknown, String nearest) {
    for (IllegalArgumentException e :
        List.of(
            assertThrows(
                IllegalArgumentException.class, () -> Catalog.named(unknown, Schemes.W4A16_G32)),
            assertThrows(IllegalArgumentException.class, () -> Catalog.describe(unknown)))) {
      assertTrue(e.getMessage().contains("did you mean '" + nearest + "'"), e.getMessage());
      assertTrue(e.getMessage().contains(String.join(", ", Catalog.names())), e.getMessage());
    }
  }

  @Test
  void onlyRoundingMethodsNeedNoStatistics() {
    assertTrue(Catalog.rtn(Schemes.W4A16_G32).requires().isEmpty());
    assertTrue(Catalog.hqq(Schemes.W4A16_G32).requires().isEmpty());
    assertFalse(Catalog.gptq(Schemes.W4A16_G32).requires().isEmpty());
  }
}
