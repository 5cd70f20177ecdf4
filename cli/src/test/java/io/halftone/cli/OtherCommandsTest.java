package io.halftone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.halftone.io.npy.NpyArray;
import io.halftone.io.npy.NpzFile;
import io.halftone.quantizers.catalog.Catalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code inspect}, {@code recipes}, {@code compare} and the command itself. */
class OtherCommandsTest {
  @TempDir private Path directory;

  @Test
  void inspectShowsTheLayersOfAModel() throws IOException {
    Path model = TinyModel.mlp().write(directory.resolve("model.onnx"));
    JsonNode facts = CommandRun.of("inspect", model, "--json").json();
    assertEquals(17, facts.get("opset").intValue());
    assertEquals(2, facts.get("sites").intValue());
    assertEquals(
        """
        {"name":"up","out":96,"in":64,"input":"n","folds":true}""",
        facts.get("linears").get(0).toString());
    assertEquals(
        """
        {"name":"down","out":64,"in":96,"input":"r","folds":false}""",
        facts.get("linears").get(1).toString());
    String table = CommandRun.of("inspect", model).assertDone().out();
    assertTrue(table.contains("operator set 17, 2 linear layers, 2 sites"), table);
  }

  @Test
  void inspectShowsArrays() throws IOException {
    Path npy = TinyModel.npy(directory.resolve("x.npy"), TinyModel.random(1, 3, 5));
    assertEquals(
        """
        {"arrays":[{"name":"x.npy","type":"f4","shape":[3,5]}]}""",
        CommandRun.of("inspect", npy, "--json").json().toString());
    Path npz = directory.resolve("x.npz");
    NpzFile.write(npz, Map.of("ids", NpyArray.ofLongs(new long[6], 2, 3)));
    assertEquals(
        """
        {"arrays":[{"name":"ids","type":"i8","shape":[2,3]}]}""",
        CommandRun.of("inspect", npz, "--json").json().toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"garbage.onnx", "garbage.npy", "garbage.npz", "garbage"})
  void inspectRefusesGarbage(String name) throws IOException {
    Path file = Files.writeString(directory.resolve(name), "Dots make a picture.");
    CommandRun.of("inspect", file, "--json").assertRefused(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none.onnx", "none.npy", "none.npz"})
  void inspectNeedsAFile(String name) {
    CommandRun.of("inspect", directory.resolve(name)).assertRefused("there is no file", name);
  }

  @Test
  void recipesListsTheCatalogue() {
    JsonNode listed = CommandRun.of("recipes", "--json").json().get("recipes");
    assertEquals(Catalog.names(), listed.findValuesAsText("name"));
    String text = CommandRun.of("recipes").assertDone().out();
    Catalog.names()
        .forEach(name -> assertTrue(text.contains("\n" + name) || text.startsWith(name)));
    CommandRun.of("recipes", "hafltone").assertRefused("did you mean 'halftone'");
  }

  @Test
  void printedRecipeIsARecipeFile() throws IOException {
    CommandRun printed = CommandRun.of("recipes", "quantease", "--scheme", "W3A16_G32");
    assertEquals("quantease", printed.json().get("name").textValue());
    Path recipe = Files.writeString(directory.resolve("mine.json"), printed.out());
    JsonNode facts =
        CommandRun.of(
                "quantize",
                TinyModel.single(TinyModel.random(1, 32, 16)).write(directory.resolve("m.onnx")),
                "--recipe",
                recipe,
                "--calibration",
                TinyModel.npy(directory.resolve("x.npy"), TinyModel.random(2, 80, 32)),
                "--output",
                directory.resolve("q.onnx"),
                "--json")
            .json();
    assertEquals("quantease", facts.at("/results/0/recipe").textValue());
    assertEquals("W3A16_G32", facts.at("/results/0/scheme").textValue());
    assertEquals("{\"calibrated\":1}", facts.at("/results/0/outcomes").toString());
  }

  @Test
  void aModelEqualsItself() throws IOException {
    Path model = TinyModel.mlp().write(directory.resolve("model.onnx"));
    Path inputs = TinyModel.npy(directory.resolve("x.npy"), TinyModel.random(2, 9, TinyModel.IN));
    JsonNode facts = CommandRun.of("compare", model, model, "--inputs", inputs, "--json").json();
    assertEquals(9, facts.get("tokens").intValue());
    JsonNode output = facts.get("outputs").get(0);
    assertEquals("y", output.get("output").textValue());
    assertEquals(0, output.get("relativeError").doubleValue());
    assertEquals(1, output.get("meanCosine").doubleValue(), 1e-12);
    assertEquals(0, output.get("maxAbsDifference").doubleValue());
  }

  @Test
  void compareNeedsTwoModels() throws IOException {
    Path model = TinyModel.mlp().write(directory.resolve("model.onnx"));
    Path inputs = TinyModel.npy(directory.resolve("x.npy"), TinyModel.random(2, 9, TinyModel.IN));
    CommandRun.of("compare", model, directory.resolve("none.onnx"), "--inputs", inputs)
        .assertRefused("there is no file", "none.onnx");
    CommandRun.of("compare", model, inputs, "--inputs", inputs)
        .assertRefused("x.npy", "ONNX model");
    CommandRun.of("compare", model, model).assertRefused("--inputs");
  }

  @ParameterizedTest
  @CsvSource({
    "'', a command is needed",
    "quantise, Did you mean: halftone quantize",
    "quantize, Usage: halftone quantize"
  })
  void wrongUsageIsExplained(String words, String part) {
    CommandRun.of((Object[]) (words.isEmpty() ? new String[0] : words.split(" ")))
        .assertRefused(part);
  }

  @ParameterizedTest
  @CsvSource({"--help, Usage: halftone", "--version, halftone ", "quantize --help, --recipe"})
  void helpIsNoError(String words, String part) {
    CommandRun run = CommandRun.of((Object[]) words.split(" "));
    assertTrue(run.assertDone().out().contains(part), run.out());
  }
}
