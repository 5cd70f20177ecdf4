package io.halftone.io.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.halftone.core.recipe.Recipe;
import io.halftone.core.scheme.Schemes;
import io.halftone.io.MalformedFileException;
import io.halftone.quantizers.catalog.Catalog;
import io.halftone.testkit.ReaderFuzzContract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** What is read must also survive the way back to JSON. */
class RecipeJsonFuzzTest extends ReaderFuzzContract {
  @Override
  protected List<byte[]> originals() {
    return Catalog.names().stream()
        .map(name -> RecipeJson.write(Catalog.named(name, Schemes.W4A16_G32)))
        .map(json -> json.getBytes(StandardCharsets.UTF_8))
        .toList();
  }

  @Override
  protected List<String> words() {
    return List.of(
        "null",
        "true",
        "-1",
        "0",
        "1e400",
        "1e-400",
        "1e999999999",
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
        "\\ud800",
        "[".repeat(2000),
        "9".repeat(50),
        "9".repeat(2000));
  }

  @Override
  protected void read(Path file) throws IOException {
    Recipe recipe = RecipeJson.read(file);
    assertEquals(recipe, RecipeJson.read(RecipeJson.write(recipe)));
  }

  @Override
  protected Class<? extends IOException> refusal() {
    return MalformedFileException.class;
  }

  @Override
  protected Pattern place() {
    return Pattern.compile("offset \\d+|line \\d+|\\$");
  }

  @Override
  protected String fileName() {
    return "recipe.json";
  }
}
