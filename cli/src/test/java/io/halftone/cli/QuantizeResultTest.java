package io.halftone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.npy.NpyArray;
import io.halftone.io.npy.NpzFile;
import io.halftone.io.onnx.ElementType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a successful run writes and says. */
class QuantizeResultTest {
  @TempDir private Path directory;
  private Path model;
  private Path inputs;
  private Path output;

  @BeforeEach
  void writeModelAndInputs() throws IOException {
    model = TinyModel.mlp().write(directory.resolve("model.onnx"));
    inputs = TinyModel.npy(directory.resolve("inputs.npy"), TinyModel.random(7, 150, TinyModel.IN));
    output = directory.resolve("q.onnx");
  }

  private CommandRun quantize(Path modelFile, Path calibration, Object... more) {
    return CommandRun.of(
        Stream.concat(
                Stream.of(
                    "quantize",
                    modelFile,
                    "--calibration",
                    calibration,
                    "--output",
                    output,
                    "--json"),
                Stream.of(more))
            .toArray());
  }

  @Test
  void jsonHasEveryFactAndTheFileIsTheOneItNames() throws IOException {
    JsonNode facts =
        quantize(model, inputs, "--recipe", "gptq", "--report", directory.resolve("report")).json();
    JsonNode result = facts.get("results").get(0);
    assertEquals(1, facts.get("results").size());
    assertEquals("gptq", result.get("recipe").textValue());
    assertEquals("W4A16_G32", result.get("scheme").textValue());
    double error = result.get("meanRelativeOutputError").doubleValue();
    assertTrue(error > 0 && error < 0.1, () -> "error " + error);
    assertTrue(result.get("meanSqnrDb").doubleValue() > 10, result::toString);
    double cosine = result.get("meanCosine").doubleValue();
    assertTrue(cosine > 0.9 && cosine < 1, () -> "cosine " + cosine);
    assertEquals(4 + 20 / 32.0, result.get("bitsPerWeight").doubleValue(), 0.2);
    assertTrue(result.get("seconds").doubleValue() >= 0, result::toString);
    assertEquals(Sha256.of(output), result.get("sha256").textValue());
    assertEquals(Files.size(output), result.get("fileBytes").longValue());
    assertEquals("{\"calibrated\":2}", result.get("outcomes").toString());
    assertTrue(Files.readString(directory.resolve("report/report.html")).contains("</html>"));
    assertEquals(facts, CommandRun.json(Files.readString(directory.resolve("report/report.json"))));
  }

  @Test
  void excludedLayersStayAndAreCounted() {
    JsonNode result =
        quantize(model, inputs, "--recipe", "rtn", "--exclude", "d*").json().get("results").get(0);
    assertEquals("{\"data-free\":1,\"skipped\":1}", result.get("outcomes").toString());
    JsonNode down = result.get("layers").get(1);
    assertEquals("down", down.get("layer").textValue());
    assertEquals("skipped: excluded by name", down.get("outcome").get("description").textValue());
    assertEquals(32, down.get("bitsPerWeight").doubleValue());
    double up = result.get("layers").get(0).get("bitsPerWeight").doubleValue();
    assertEquals((up + 32) / 2, result.get("bitsPerWeight").doubleValue(), 1e-12);
    JsonNode written = CommandRun.of("inspect", output, "--json").json();
    assertEquals("down", written.get("linears").get(0).get("name").textValue());
    assertEquals("{\"MatMulNBits\":1}", written.get("quantizedNodes").toString());
  }

  @Test
  void onlyIncludedLayersAreQuantizedAndTheTransformIsFolded() {
    JsonNode result =
        quantize(model, inputs, "--recipe", "awq", "--include", "up").json().get("results").get(0);
    assertEquals("{\"calibrated\":1,\"skipped\":1}", result.get("outcomes").toString());
    assertEquals("folded", result.get("layers").get(0).get("placement").textValue());
    assertEquals("none", result.get("layers").get(1).get("placement").textValue());
  }

  @Test
  void eightBitInputsFoldWhereANormWritesAndDivideElsewhere() {
    JsonNode result =
        quantize(model, inputs, "--recipe", "smoothquant").json().get("results").get(0);
    assertEquals("W8A8", result.get("scheme").textValue());
    assertTrue(result.get("meanCosine").doubleValue() > 0.999, result::toString);
    assertEquals("folded", result.get("layers").get(0).get("placement").textValue());
    assertEquals("online", result.get("layers").get(1).get("placement").textValue());
  }

  @Test
  void lastGroupIsShortOnRequest() throws IOException {
    CommandRun run =
        quantize(model, inputs, "--recipe", "gptq", "--scheme", "W4A16_G48", "--short-last-group");
    assertEquals("{\"calibrated\":2}", run.json().at("/results/0/outcomes").toString());
  }

  @Test
  void siteWithoutActivityFailsOrFallsBack() throws IOException {
    FloatMatrix up = TinyModel.random(1, TinyModel.IN, TinyModel.HIDDEN);
    FloatMatrix down = TinyModel.random(2, TinyModel.IN, TinyModel.HIDDEN);
    Path silent =
        TinyModel.mlp(FloatMatrix.zeros(up.rows(), up.cols()), down)
            .write(directory.resolve("silent.onnx"));
    CommandRun strict = quantize(silent, inputs, "--recipe", "gptq");
    strict.assertRefused("layer down", "the Gram matrix is zero");
    assertTrue(Files.notExists(output));
    JsonNode result =
        quantize(silent, inputs, "--recipe", "gptq", "--allow-fallback")
            .json()
            .get("results")
            .get(0);
    assertEquals("{\"calibrated\":1,\"fallback\":1}", result.get("outcomes").toString());
    String reason = result.at("/layers/1/outcome/description").textValue();
    assertTrue(reason.startsWith("fallback to rtn: layer down: the Gram matrix is zero"), reason);
  }

  @Test
  void textOfAnEncoder() throws IOException {
    TinyTokenizer.write(directory);
    Path encoder = TinyModel.embedding().write(directory.resolve("encoder.onnx"));
    Path text =
        Files.writeString(
            directory.resolve("some.txt"), "dots make a picture\n\na picture make dots dots\n");
    JsonNode facts = quantize(encoder, text, "--recipe", "rtn").json();
    assertEquals(9, facts.at("/summary/calibrationTokens").longValue());
    assertTrue(facts.at("/results/0/meanCosine").doubleValue() > 0.9, facts::toString);
  }

  @Test
  void archiveOfTwoInputsAndAnOutputThatIsNoEmbedding() throws IOException {
    Path sum =
        new TinyModel()
            .input("a", ElementType.FLOAT, -1, 32)
            .input("b", ElementType.FLOAT, -1, 32)
            .output("y", ElementType.FLOAT)
            .constant("only.weight", TinyModel.random(1, 32, 16), 32, 16)
            .node("Add", "add", "s", List.of("a", "b"))
            .node("MatMul", "only", "p", List.of("s", "only.weight"))
            .node("ReduceMean", "mean", "y", List.of("p"))
            .write(directory.resolve("sum.onnx"));
    Path archive = directory.resolve("inputs.npz");
    NpzFile.write(
        archive,
        Map.of(
            "a", NpyArray.ofFloats(TinyModel.random(2, 10, 32).data(), 10, 32),
            "b", NpyArray.ofFloats(TinyModel.random(3, 10, 32).data(), 10, 32)));
    JsonNode result = quantize(sum, archive, "--recipe", "rtn").json().get("results").get(0);
    assertTrue(result.get("meanCosine").isNull(), result::toString);
    assertEquals("{\"data-free\":1}", result.get("outcomes").toString());
  }
}
