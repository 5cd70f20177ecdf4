package io.halftone.io.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.format.Formats;
import io.halftone.core.recipe.NameFilter;
import io.halftone.core.recipe.Recipe;
import io.halftone.core.recipe.Step;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Remainder;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.Timing;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.io.MalformedFileException;
import io.halftone.quantizers.catalog.Catalog;
import io.halftone.quantizers.grids.MinMax;
import io.halftone.quantizers.rounding.Rtn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeJsonTest {
  private static final String GPTQ =
      """
      {"name": "mine", "scheme": "W4A16_G32", "steps": [
        {"type": "QuantizeLinears", "part": {
          "type": "Gptq", "damping": 0.01, "blockSize": 512, "order": "ACTIVATION", "groups": "STATIC",
          "grid": {"type": "MinMax"}}}]}
      """;

  static Stream<Arguments> catalogue() {
    return Catalog.names().stream()
        .flatMap(
            name ->
                Stream.of(
                        "W4A16_G32",
                        "W2A16_G128",
                        "W8A8",
                        "W8A8_S",
                        "W3A16",
                        "MXFP4",
                        "MXINT8",
                        "NVFP4")
                    .map(scheme -> Arguments.of(name, scheme)));
  }

  @ParameterizedTest
  @MethodSource("catalogue")
  void everyCatalogueRecipeSurvivesTheRoundTrip(String name, String scheme) {
    Recipe recipe = Catalog.named(name, Schemes.named(scheme));
    assertEquals(recipe, RecipeJson.read(RecipeJson.write(recipe)));
  }

  static Stream<TensorScheme> schemes() {
    ScaleSpec bf16 = new ScaleSpec.Stored(Formats.BF16);
    return Stream.of(
        Schemes.FULL,
        new TensorScheme(
            Formats.E2M1, new Granularity.PerTensor(), bf16, ZeroPoint.NONE, Timing.STATIC),
        new TensorScheme(
            Formats.UINT4, new Granularity.PerColumn(), bf16, ZeroPoint.FLOAT, Timing.STATIC),
        new TensorScheme(
            Formats.E4M3FN, new Granularity.PerBlock(128, 64), bf16, ZeroPoint.NONE, Timing.STATIC),
        new TensorScheme(
            Formats.UINT3,
            new Granularity.PerGroup(Integer.MAX_VALUE, Remainder.SHORT_LAST_GROUP),
            bf16,
            ZeroPoint.INTEGER,
            Timing.STATIC),
        new TensorScheme(
            Formats.NF4,
            new Granularity.PerGroup(16),
            new ScaleSpec.Nested(Formats.E4M3FN, new Granularity.PerTensor(), bf16),
            ZeroPoint.NONE,
            Timing.STATIC),
        Schemes.grouped(4, 999_999_999),
        Schemes.A8_PER_TOKEN);
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void everyKindOfSchemeSurvivesTheRoundTrip(TensorScheme scheme) {
    for (TensorScheme input : List.of(Schemes.FULL, Schemes.A8_PER_TOKEN)) {
      Recipe recipe =
          Recipe.of("r", new LayerScheme(scheme, input)).quantize(new Rtn(new MinMax()));
      assertEquals(recipe, RecipeJson.read(RecipeJson.write(recipe)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"W8A8", "W4A4_G32", "W8A8_S", "W3A4_G32_S"})
  void presetsAreWrittenByTheirNames(String name) {
    Recipe recipe = Recipe.of("r", Schemes.named(name)).quantize(new Rtn(new MinMax()));
    assertTrue(RecipeJson.write(recipe).contains("\"scheme\": \"" + name + "\""));
  }

  @Test
  void filtersAndTextsSurviveTheRoundTrip() {
    Recipe recipe =
        Recipe.of("naïve \"quoted\"\n\u2028 名", Schemes.W4A16_G32)
            .then(
                new Step.QuantizeLinears(
                    new Rtn(new MinMax()),
                    new NameFilter(List.of("*.q?", "a\\b"), List.of("head"))));
    assertEquals(recipe, RecipeJson.read(RecipeJson.write(recipe)));
  }

  @Test
  void theFormIsReadable() {
    String expected =
        """
        {
          "name": "rtn",
          "scheme": "W4A16_G32",
          "steps": [
            {
              "type": "QuantizeLinears",
              "part": {
                "type": "Rtn",
                "grid": {
                  "type": "MinMax"
                }
              }
            }
          ]
        }
        """;
    assertEquals(expected, RecipeJson.write(Catalog.rtn(Schemes.W4A16_G32)));
  }

  @Test
  void aHandWrittenRecipeIsRead() {
    assertEquals(Catalog.gptq(Schemes.W4A16_G32).steps(), RecipeJson.read(GPTQ).steps());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"Gptq\" | \"Gtpq\" | $.steps[0].part: unknown part 'Gtpq', did you mean 'Gptq'?",
        "\"Gptq\" | \"MinMax\" | $.steps[0].part: 'MinMax' is not a LinearQuantizer; known are",
        "\"MinMax\" | \"MinMaks\" | $.steps[0].part.grid: unknown part 'MinMaks', did you mean 'MinMax'?",
        "\"damping\" | \"dampng\" | $.steps[0].part: Gptq has no field 'dampng', did you mean 'damping'?",
        "\"blockSize\": 512, | '' | $.steps[0].part: field 'blockSize' of Gptq is missing",
        "512 | 12.5 | $.steps[0].part.blockSize: expected an integer of 32 bits, found 12.5",
        "512 | 3000000000 | $.steps[0].part.blockSize: expected an integer of 32 bits, found 3000000000",
        "0.01 | \"small\" | $.steps[0].part.damping: expected a number, found \"small\"",
        "0.01 | 1e999 | $.steps[0].part.damping: expected a finite number",
        "0.01 | 7 | $.steps[0].part: damping is 7.0, must be in (0, 1]",
        "0.01 | null | $.steps[0].part.damping: expected a number, found null",
        "\"ACTIVATION\" | \"ACTIVATE\" | unknown ColumnOrder 'ACTIVATE', did you mean 'ACTIVATION'? Known are NATURAL,",
        "\"STATIC\" | 3 | $.steps[0].part.groups: expected a text, found 3",
        "\"QuantizeLinears\" | \"Quantize\" | $.steps[0]: unknown Step 'Quantize', did you mean 'QuantizeLinears'?",
        "\"W4A16_G32\" | \"W9A16\" | $.scheme: unknown scheme 'W9A16'",
        "\"mine\" | [1] | $.name: expected a text, found [1]",
        "{\"type\": \"MinMax\"} | {} | $.steps[0].part.grid: field 'type' is missing",
        "{\"type\": \"MinMax\"} | \"MinMax\" | $.steps[0].part.grid: expected an object, found \"MinMax\"",
        "{\"type\": \"MinMax\"} | {\"type\": \"MinMax\", \"x\": 1} | MinMax has no field 'x' and takes none",
        "\"name\": \"mine\", | \"name\": \"mine\", \"name\": \"other\", | Duplicate",
      })
  void whatDoesNotFitIsNamedWithItsPlace(String good, String bad, String message) {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> RecipeJson.read(GPTQ.replace(good, bad)));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "   ", "{", "[1, 2", "{\"name\": mine}", "{} {}", "nul"})
  void textThatIsNotJsonIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> RecipeJson.read(text));
  }

  @Test
  void aSyntaxErrorTellsLineColumnAndOffset() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> RecipeJson.read("{\n  \"name\": mine}"));
    assertTrue(e.getMessage().contains("line 2, column"), e.getMessage());
    assertTrue(e.getMessage().contains("offset"), e.getMessage());
  }

  @Test
  void deepNestingIsRefusedNotOverflown() {
    String deep = "{\"type\": \"QuantEase\", \"sweeps\": 1, \"start\": ".repeat(100_000);
    String json = GPTQ.substring(0, GPTQ.indexOf("{\"type\": \"QuantizeLinears\"")) + deep;
    assertThrows(IllegalArgumentException.class, () -> RecipeJson.read(json));
  }

  @Test
  void aFileGivesTheRecipeBack(@TempDir Path directory) throws IOException {
    Recipe recipe = Catalog.halftone(Schemes.W3A16_G32);
    Path file = directory.resolve("recipe.json");
    RecipeJson.write(recipe, file);
    assertEquals(recipe, RecipeJson.read(file));
  }

  @Test
  void aBadFileIsNamedWithPlaceAndReason(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("bad.json"), GPTQ.replace("0.01", "-1"));
    IOException e = assertThrows(IOException.class, () -> RecipeJson.read(file));
    assertTrue(e.getMessage().contains("bad.json"), e.getMessage());
    assertTrue(e.getMessage().contains("$.steps[0].part: damping is -1.0"), e.getMessage());
  }

  @Test
  void aFileThatIsNotUtf8IsRefused(@TempDir Path directory) throws IOException {
    Path file = Files.write(directory.resolve("latin.json"), new byte[] {'"', (byte) 0xe9, '"'});
    IOException e = assertThrows(IOException.class, () -> RecipeJson.read(file));
    assertTrue(e.getMessage().contains("not UTF-8"), e.getMessage());
  }

  @Test
  void aMissingFileIsAnIoException(@TempDir Path directory) {
    assertThrows(IOException.class, () -> RecipeJson.read(directory.resolve("none.json")));
  }

  @Test
  void saysWhereATextIsNotUtf8AndWhereANumberIsTooLong(@TempDir Path directory) throws IOException {
    Path file = Files.write(directory.resolve("r.json"), new byte[] {'{', ' ', (byte) 0xff});
    IOException e = assertThrows(MalformedFileException.class, () -> RecipeJson.read(file));
    assertTrue(e.getMessage().contains("r.json, offset 2: the recipe is not UTF-8"), e.toString());
    Files.writeString(file, "{\"name\":\n " + "9".repeat(2000) + "}");
    e = assertThrows(MalformedFileException.class, () -> RecipeJson.read(file));
    assertTrue(e.getMessage().contains("r.json: not JSON at line 2"), e.toString());
    Files.writeString(file, "{\"name\":\n 1e9223372036854775807}");
    e = assertThrows(MalformedFileException.class, () -> RecipeJson.read(file));
    assertTrue(e.getMessage().contains("r.json: not JSON at line 2"), e.toString());
  }
}
