package io.halftone.cli;

import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.onnx.ElementType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Inputs that cannot be used, each refused by name with exit code 2. */
class QuantizeInputTest {
  @TempDir private Path directory;
  private Path model;
  private Path inputs;

  @BeforeEach
  void writeModelAndInputs() throws IOException {
    model = TinyModel.mlp().write(directory.resolve("model.onnx"));
    inputs = TinyModel.npy(directory.resolve("inputs.npy"), TinyModel.random(7, 40, TinyModel.IN));
  }

  private CommandRun quantize(Path modelFile, Path calibration, Object... more) {
    Object[] words = {
      "quantize", modelFile, "--calibration", calibration, "--output", directory.resolve("q.onnx")
    };
    Object[] all = Arrays.copyOf(words, words.length + more.length);
    System.arraycopy(more, 0, all, words.length, more.length);
    return CommandRun.of(all);
  }

  @Test
  void missingModel() {
    quantize(directory.resolve("none.onnx"), inputs).assertRefused("there is no file", "none.onnx");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.25, 0.5, 0.75, 0.99, 1})
  void truncatedModel(double share) throws IOException {
    byte[] whole = Files.readAllBytes(model);
    int length = Math.min(whole.length - 1, (int) (share * whole.length));
    Path cut = directory.resolve("cut.onnx");
    Files.write(cut, Arrays.copyOf(whole, length));
    quantize(cut, inputs).assertRefused("cut.onnx", "ONNX model");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\u0089PNG\r\n\u001a\n\0\0\0\rIHDR", "Dots make a picture.\n", "{}"})
  void fileThatIsNoModel(String content) throws IOException {
    Path other = directory.resolve("other.onnx");
    Files.write(other, content.getBytes(StandardCharsets.ISO_8859_1));
    quantize(other, inputs).assertRefused("other.onnx", "ONNX model");
  }

  @Test
  void directoryForAModel() {
    quantize(directory, inputs).assertRefused(directory.toString());
  }

  @Test
  void modelWithoutLinears() throws IOException {
    Path bare =
        new TinyModel()
            .input("x", ElementType.FLOAT, -1, 4)
            .output("y", ElementType.FLOAT, -1, 4)
            .node("Relu", "relu", "y", List.of("x"))
            .write(directory.resolve("bare.onnx"));
    quantize(bare, inputs).assertRefused("bare.onnx has no linear layer");
  }

  @Test
  void missingCalibration() throws IOException {
    quantize(model, directory.resolve("none.npy")).assertRefused("there is no file", "none.npy");
    TinyTokenizer.write(directory);
    Path encoder = TinyModel.embedding().write(directory.resolve("encoder.onnx"));
    quantize(encoder, directory.resolve("none.txt"))
        .assertRefused("there is no file", "none.txt", "the text");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n\n\t\n"})
  void emptyCalibrationText(String content) throws IOException {
    TinyTokenizer.write(directory);
    Path encoder = TinyModel.embedding().write(directory.resolve("encoder.onnx"));
    Path text = Files.writeString(directory.resolve("empty.txt"), content);
    quantize(encoder, text).assertRefused("empty.txt has no tokens");
  }

  @Test
  void textWithoutTokenizer() throws IOException {
    Path encoder = TinyModel.embedding().write(directory.resolve("encoder.onnx"));
    Path text = Files.writeString(directory.resolve("some.txt"), "dots make a picture\n");
    quantize(encoder, text).assertRefused("text needs a tokenizer", "--tokenizer");
    quantize(encoder, text, "--tokenizer", directory.resolve("none.json"))
        .assertRefused("there is no file", "none.json");
    Path broken = Files.writeString(directory.resolve("broken.json"), "{");
    quantize(encoder, text, "--tokenizer", broken).assertRefused("broken.json");
  }

  @Test
  void textForAModelOfNumbers() throws IOException {
    TinyTokenizer.write(directory);
    Path text = Files.writeString(directory.resolve("some.txt"), "dots make a picture\n");
    quantize(model, text).assertRefused("asks for the inputs [x]", ".npz");
  }

  @Test
  void arraysOfAnotherShape() throws IOException {
    Path narrow = TinyModel.npy(directory.resolve("narrow.npy"), TinyModel.random(1, 5, 3));
    quantize(model, narrow).assertRefused("array x has shape [5, 3]", "[-1, 64]");
    Path broken = Files.writeString(directory.resolve("broken.npz"), "not an archive");
    quantize(model, broken).assertRefused("broken.npz");
  }

  @ParameterizedTest
  @CsvSource({"up, NaN", "up, Infinity", "down, NaN", "down, -Infinity"})
  void weightThatIsNotFinite(String layer, float value) throws IOException {
    FloatMatrix up = TinyModel.random(1, TinyModel.IN, TinyModel.HIDDEN);
    FloatMatrix down = TinyModel.random(2, TinyModel.IN, TinyModel.HIDDEN);
    if (layer.equals("up")) {
      up.set(5, 3, value);
    } else {
      down.set(3, 5, value);
    }
    Path bad = TinyModel.mlp(up, down).write(directory.resolve("bad.onnx"));
    quantize(bad, inputs, "--recipe", "awq")
        .assertRefused("layer " + layer, "row 3, column 5 is " + value);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void activationThatIsNotFinite(float value) throws IOException {
    FloatMatrix x = TinyModel.random(7, 40, 32);
    x.set(20, 11, value);
    Path single =
        TinyModel.single(TinyModel.random(1, 32, 16)).write(directory.resolve("single.onnx"));
    quantize(single, TinyModel.npy(directory.resolve("bad.npy"), x))
        .assertRefused("x: activation of token 20, channel 11 is " + value);
  }

  @Test
  void unknownRecipe() {
    quantize(model, inputs, "--recipe", "gtpq")
        .assertRefused("unknown recipe 'gtpq', did you mean 'gptq'?");
    quantize(model, inputs, "--recipe", directory.resolve("none.json"))
        .assertRefused("there is no file", "none.json", "the recipe");
  }

  @Test
  void brokenRecipeFile() throws IOException {
    Path file = Files.writeString(directory.resolve("recipe.json"), "{\"name\": \"mine\"}");
    quantize(model, inputs, "--recipe", file).assertRefused("recipe.json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"W9A16", "w4", "W4A16_G0", ""})
  void unknownScheme(String scheme) {
    quantize(model, inputs, "--scheme", scheme).assertRefused("unknown scheme '" + scheme + "'");
  }

  @Test
  void groupSizeThatDoesNotDivide() {
    quantize(model, inputs, "--scheme", "W4A16_G48")
        .assertRefused("group size 48 does not divide 64 input channels", "--short-last-group");
  }

  @Test
  void filtersThatLeaveNoLayer() {
    quantize(model, inputs, "--include", "nothing*")
        .assertRefused("no linear layer is chosen by the filters; the model has 2");
  }

  @ParameterizedTest
  @CsvSource({"--threads, 0", "--threads, many", "--form, PAPER", "--unknown, 1"})
  void wrongUsage(String option, String value) {
    quantize(model, inputs, option, value).assertRefused(option);
  }
}
