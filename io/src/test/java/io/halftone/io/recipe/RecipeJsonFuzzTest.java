package io.halftone.io.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.halftone.core.recipe.Recipe;
import io.halftone.core.scheme.Schemes;
import io.halftone.quantizers.catalog.Catalog;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RecipeJsonFuzzTest {
  private static final int MUTANTS = 2000;
  private static final String[] TOKENS = {
    "null",
    "true",
    "-1",
    "0",
    "1e400",
    "1e-400",
    "2147483648",
    "\"\"",
    "{}",
    "[]",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"type\"",
    "\"Rtn\"",
    "\"MinMax\"",
    "\"QuantEase\"",
    "\u0000",
    "\ud800",
    "9".repeat(50)
  };

  @Test
  void damagedRecipesAreReadOrRefusedButNeverBreakTheReader() {
    List<String> names = Catalog.names();
    int refused = 0;
    for (int seed = 0; seed < MUTANTS; seed++) {
      String good =
          RecipeJson.write(Catalog.named(names.get(seed % names.size()), Schemes.W4A16_G32));
      String mutant = mutate(good, new SplittableRandom(seed));
      try {
        Recipe recipe = RecipeJson.read(mutant);
        assertEquals(recipe, RecipeJson.read(RecipeJson.write(recipe)), "seed " + seed);
      } catch (IllegalArgumentException e) {
        assertTrue(e.getMessage() != null && !e.getMessage().isEmpty(), "seed " + seed);
        refused++;
      } catch (RuntimeException e) {
        fail("seed " + seed + ": " + mutant, e);
      }
    }
    assertTrue(refused > MUTANTS / 2, refused + " of " + MUTANTS + " refused");
  }

  private static String mutate(String good, SplittableRandom random) {
    StringBuilder text = new StringBuilder(good);
    for (int change = 1 + random.nextInt(3); change > 0; change--) {
      int at = random.nextInt(text.length());
      int end = Math.min(text.length(), at + random.nextInt(12));
      switch (random.nextInt(4)) {
        case 0 -> text.setLength(Math.max(1, at));
        case 1 -> text.setCharAt(at, (char) (32 + random.nextInt(96)));
        case 2 -> text.replace(at, end, TOKENS[random.nextInt(TOKENS.length)]);
        default -> replaceValue(text, at, TOKENS[random.nextInt(TOKENS.length)]);
      }
    }
    return text.toString();
  }

  /**
   * Replaces the value of the first field after a position, so that the text stays JSON more often.
   */
  private static void replaceValue(StringBuilder text, int from, String token) {
    int colon = text.indexOf(": ", from);
    int end = colon < 0 ? -1 : text.indexOf("\n", colon);
    if (end > 0) {
      boolean comma = text.charAt(end - 1) == ',';
      text.replace(colon + 2, comma ? end - 1 : end, token);
    }
  }
}
