package io.halftone.cli.report;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A recipe as it was run, in its JSON form, so that it can be run again.
 *
 * @param recipe name of the recipe
 * @param scheme name of the scheme
 * @param json the recipe's JSON form; read-only
 */
public record RecipeText(String recipe, String scheme, JsonNode json) {

  /** Checks names. */
  public RecipeText {
    Require.text("recipe", recipe);
    Require.text("scheme", scheme);
    if (json == null) {
      throw new IllegalArgumentException("json of " + recipe);
    }
  }
}
