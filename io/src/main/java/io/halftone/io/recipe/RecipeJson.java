package io.halftone.io.recipe;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.halftone.core.recipe.Recipe;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.spi.PartProvider;
import io.halftone.io.AtomicFile;
import io.halftone.io.FileBytes;
import io.halftone.io.FileCursor;
import io.halftone.io.MalformedFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Recipes as JSON.
 *
 * <p>Every record is an object of its components. A record that could be of several kinds starts
 * with {@code "type"}, its simple class name; parts are those listed by a {@link PartProvider}.
 * Schemes with a short name ({@link Schemes#named}) and number formats are texts, enum constants
 * their names; a filter that accepts every name is left out. Reading what was written gives an
 * equal recipe.
 *
 * <pre>{@code
 * { "name" : "gptq",
 *   "scheme" : "W4A16_G32",
 *   "steps" : [
 *     { "type" : "QuantizeLinears",
 *       "part" : { "type" : "Rtn", "grid" : { "type" : "MinMax" } } } ] }
 * }</pre>
 */
public final class RecipeJson {
  private static final String ROOT = "$";

  private RecipeJson() {}

  /**
   * The JSON of a recipe, indented, lines ended by {@code \n}.
   *
   * @throws IllegalArgumentException if it contains something without a JSON form, such as a part
   *     no provider lists
   */
  public static String write(Recipe recipe) {
    JsonNode tree = new RecordWriter(PartNames.onClassPath()).write(recipe, Recipe.class, ROOT);
    DefaultIndenter indent = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter(
                Separators.createDefaultInstance()
                    .withObjectFieldValueSpacing(Separators.Spacing.AFTER))
            .withArrayIndenter(indent)
            .withObjectIndenter(indent);
    try {
      return mapper().writer(printer).writeValueAsString(tree) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("recipe " + recipe.name() + " has no JSON form", e);
    }
  }

  /**
   * Writes a recipe to a file, completely or not at all.
   *
   * @param file replaced if it exists
   * @throws IOException if the file cannot be written; it is then as it was
   */
  public static void write(Recipe recipe, Path file) throws IOException {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(write(recipe));
    AtomicFile.write(
        file,
        channel -> {
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
        });
  }

  /**
   * The recipe of a JSON text.
   *
   * @throws IllegalArgumentException if the text is not JSON (with line, column and offset), or
   *     does not describe a recipe (with the JSON path, what was expected there, and for unknown
   *     names the nearest known one)
   */
  public static Recipe read(String json) {
    try (JsonParser parser = mapper().createParser(json)) {
      return read(parser);
    } catch (IOException e) {
      throw new UncheckedIOException("a text in memory cannot be read", e);
    }
  }

  private static Recipe read(JsonParser json) throws IOException {
    JsonNode tree;
    try {
      tree = mapper().readerFor(JsonNode.class).readValue(json);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation() == null ? json.currentLocation() : e.getLocation();
      throw notJson(at, e.getOriginalMessage(), e);
    } catch (NumberFormatException e) { // an exponent beyond what the parser takes
      throw notJson(json.currentLocation(), e.getMessage(), e);
    }
    return (Recipe) new RecordReader(PartNames.onClassPath()).read(tree, Recipe.class, ROOT);
  }

  private static IllegalArgumentException notJson(JsonLocation at, String reason, Exception cause) {
    return new IllegalArgumentException(
        "not JSON at line "
            + at.getLineNr()
            + ", column "
            + at.getColumnNr()
            + ", offset "
            + at.getCharOffset()
            + ": "
            + reason,
        cause);
  }

  /**
   * The recipe in a file, which must be UTF-8.
   *
   * @throws IOException if the file cannot be read or does not hold a recipe; names the file, the
   *     place and the reason
   */
  public static Recipe read(Path file) throws IOException {
    String text;
    try (FileBytes bytes = FileBytes.open(file)) {
      text = new FileCursor(bytes).text(bytes.size(), "the recipe");
    }
    try {
      return read(text);
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException(file.toString(), e.getMessage(), e);
    }
  }

  private static ObjectMapper mapper() {
    return JsonMapper.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .build();
  }
}
