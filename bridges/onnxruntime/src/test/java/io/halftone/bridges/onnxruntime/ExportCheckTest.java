package io.halftone.bridges.onnxruntime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.format.Formats;
import io.halftone.core.kernel.Compute;
import io.halftone.core.model.LayerCodec;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.stats.StatisticsView;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.codec.Codecs;
import io.halftone.io.npy.NpyArray;
import io.halftone.io.onnx.GroupedCodes;
import io.halftone.io.onnx.LinearLayers;
import io.halftone.io.onnx.LinearsModel;
import io.halftone.io.onnx.OnnxEditor;
import io.halftone.io.onnx.OnnxLinear;
import io.halftone.io.onnx.OnnxModel;
import io.halftone.quantizers.grids.AbsMax;
import io.halftone.quantizers.rounding.Rtn;
import io.halftone.testkit.RandomLayers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportCheckTest {
  private static final Compute COMPUTE = Compute.defaults();
  private static final FloatMatrix FIRST = TinyModels.random(1, 64, 64);
  private static final FloatMatrix SECOND = TinyModels.random(2, 16, 64);

  @TempDir Path directory;

  /** How a layer is stored. */
  private interface Form {
    void apply(OnnxEditor editor, String layer, GroupedCodes codes);
  }

  @Test
  void findsThatTheRuntimeComputesWhatTheEmulationComputes() throws IOException {
    for (Form form : List.<Form>of(OnnxEditor::toMatMulNBits, OnnxEditor::toDequantizeLinear)) {
      QuantizedLinear first = rtn("first", FIRST, Schemes.W4A16_G32);
      QuantizedLinear second = rtn("second", SECOND, Schemes.W8A16);
      ExportCheckResult result = check(form, List.of(first, second), List.of(first, second));
      assertTrue(result.maxRelativeError() < 1e-5, result::toString);
      assertTrue(result.outputDifference() < 1e-5, result::toString);
      assertEquals(List.of("first", "second"), List.copyOf(result.layers().keySet()));
      assertEquals(6, result.comparedTokens());
    }
  }

  /** The runtime reads none of these formats, so it multiplies with what a codec read back. */
  @Test
  void computesWhatCheckpointFormatsHold() throws IOException {
    QuantizedLinear first = rtn("first", FIRST, Schemes.W4A16_G32);
    QuantizedLinear second = rtn("second", SECOND, Schemes.W4A16_G32);
    LayerScheme scheme = Schemes.W4A16_G32;
    for (LayerCodec codec : List.of(Codecs.gptq(), Codecs.awq(), Codecs.compressedTensors())) {
      List<QuantizedLinear> read =
          List.of(
              codec.decode("first", scheme, codec.encode(first)),
              codec.decode("second", scheme, codec.encode(second)));
      ExportCheckResult result = check(OnnxEditor::toMatMulNBits, read, List.of(first, second));
      assertTrue(result.maxRelativeError() < 1e-5, () -> codec.id() + ": " + result);
    }
  }

  /** Layers side by side, each with an input and an output, as a converted checkpoint has them. */
  @Test
  void computesWhatLayersSideBySideHold() throws IOException {
    LinearsModel model = new LinearsModel();
    Map<String, NpyArray> x = new HashMap<>();
    List<CheckedLayer> layers = new ArrayList<>();
    for (int bits : new int[] {2, 3, 4, 8}) {
      for (LayerScheme scheme :
          List.of(
              RandomLayers.asymmetric(bits, new Granularity.PerGroup(32)),
              RandomLayers.symmetric(bits, Granularity.perChannel(), Formats.F16))) {
        String name = "layer." + layers.size();
        QuantizedLinear layer = RandomLayers.of(name, scheme, 48, 256, bits);
        model.add(name, layer.in(), Codecs.matMulNBits().encode(layer));
        layers.add(new CheckedLayer(layer, name + ".input", name + ".output", true));
        x.put(name + ".input", NpyArray.ofFloats(TinyModels.random(7, 6, 256).data(), 6, 256));
      }
    }
    Path file = directory.resolve("layers.onnx");
    model.build().write(file);
    try (ModelInputs inputs = ArrayInputs.of(x, ModelSignature.read(file), 6)) {
      ExportCheckResult result =
          ExportCheck.run(ChildRuntime.of(file), layers, inputs, COMPUTE.algebra());
      assertTrue(result.maxRelativeError() < 1e-5, result::toString);
      assertEquals(8, result.layers().size());
    }
  }

  @Test
  void emulatesInputsRoundedAtRunTime() throws IOException {
    QuantizedLinear first = rtn("first", FIRST, Schemes.W8A8);
    QuantizedLinear second = rtn("second", SECOND, Schemes.W8A8);
    ExportCheckResult result =
        check(OnnxEditor::toDynamicInt8, List.of(first, second), List.of(first, second));
    assertTrue(result.maxRelativeError() < 1e-4, result::toString);
  }

  @Test
  void namesTheLayerThatWasStoredWrongly() throws IOException {
    QuantizedLinear first = rtn("first", FIRST, Schemes.W4A16_G32);
    QuantizedLinear second = rtn("second", SECOND, Schemes.W4A16_G32);
    FloatMatrix other = SECOND.copy();
    other.set(3, 5, other.get(3, 5) + 1);
    QuantizedLinear changed = rtn("second", other, Schemes.W4A16_G32);
    ExportCheckResult result =
        check(OnnxEditor::toMatMulNBits, List.of(first, changed), List.of(first, second));
    assertEquals("second", result.worstLayer());
    assertTrue(result.maxRelativeError() > 1e-3, result::toString);
    assertTrue(result.layers().get("first") < 1e-5, result::toString);
  }

  @Test
  void leavesOutABiasThatIsAddedBehindTheLayer() throws IOException {
    QuantizedLinear plain = rtn("first", FIRST, Schemes.W4A16_G32);
    float[] bias = TinyModels.random(9, 1, 64).data();
    QuantizedLinear biased =
        new QuantizedLinear("first", plain.online(), plain.branches(), bias, plain.outcome());
    assertEquals(0, new CheckedLayer(biased, "x", "h", false).comparable().bias().length);
    assertEquals(64, new CheckedLayer(biased, "x", "h", true).comparable().bias().length);
    assertTrue(
        check(OnnxEditor::toMatMulNBits, List.of(plain), List.of(biased)).maxRelativeError()
            < 1e-5);
  }

  @Test
  void measuresALayerOfARealEncoder() throws IOException {
    OnnxModel model = OnnxModel.read(MiniLm.model());
    OnnxLinear linear = LinearLayers.find(model.graph()).get(3);
    FloatMatrix stored = model.matrix(linear.weightInitializer());
    QuantizedLinear layer = rtn(linear.name(), stored.transpose(), Schemes.W4A16_G32);
    OnnxEditor editor = new OnnxEditor(model);
    editor.toMatMulNBits(linear.name(), codes(layer));
    Path exported = directory.resolve("minilm.onnx");
    editor.finish().write(exported);
    CheckedLayer checked = new CheckedLayer(layer, linear.input(), linear.output(), false);
    try (ModelInputs inputs = MiniLm.inputs(MiniLm.PASSAGES, new TextOptions(32, 4))) {
      ExportCheckResult result =
          ExportCheck.run(ChildRuntime.of(exported), List.of(checked), inputs, COMPUTE.algebra());
      assertTrue(result.maxRelativeError() < 1e-4, result::toString);
      assertTrue(result.outputDifference() < 1e-4, result::toString);
      assertEquals(inputs.tokens(), result.comparedTokens());
    }
  }

  @Test
  void refusesLayersThatDoNotStandThere() throws IOException {
    QuantizedLinear second = rtn("second", SECOND, Schemes.W4A16_G32);
    Path model = TinyModels.mlp(directory.resolve("plain.onnx"), FIRST, SECOND);
    try (ModelInputs inputs = inputs(model)) {
      IOException e =
          assertThrows(
              IOException.class,
              () ->
                  ExportCheck.run(
                      ChildRuntime.of(model),
                      List.of(new CheckedLayer(second, "x", "h", false)),
                      inputs,
                      COMPUTE.algebra()));
      assertTrue(e.getMessage().contains("layer second [16, 64] stands between"), e.getMessage());
      assertThrows(
          IllegalArgumentException.class,
          () -> ExportCheck.run(ChildRuntime.of(model), List.of(), inputs, COMPUTE.algebra()));
    }
  }

  private ExportCheckResult check(
      Form form, List<QuantizedLinear> stored, List<QuantizedLinear> expected) throws IOException {
    Path plain = TinyModels.mlp(directory.resolve("plain.onnx"), FIRST, SECOND);
    OnnxEditor editor = new OnnxEditor(OnnxModel.read(plain));
    for (QuantizedLinear layer : stored) {
      form.apply(editor, layer.name(), codes(layer));
    }
    Path exported = directory.resolve("exported.onnx");
    editor.finish().write(exported);
    List<CheckedLayer> layers = new ArrayList<>();
    for (QuantizedLinear layer : expected) {
      boolean first = layer.name().equals("first");
      layers.add(new CheckedLayer(layer, first ? "x" : "a", first ? "h" : "y", false));
    }
    try (ModelInputs inputs = inputs(exported)) {
      return ExportCheck.run(ChildRuntime.of(exported), layers, inputs, COMPUTE.algebra());
    }
  }

  private static ModelInputs inputs(Path model) throws IOException {
    NpyArray x = NpyArray.ofFloats(TinyModels.random(3, 8, 64).data(), 4, 2, 64);
    NpyArray mask = NpyArray.ofLongs(new long[] {1, 1, 1, 0, 1, 1, 0, 1}, 4, 2);
    return ArrayInputs.of(Map.of("x", x, "attention_mask", mask), ModelSignature.read(model), 3);
  }

  private static QuantizedLinear rtn(String name, FloatMatrix weight, LayerScheme scheme) {
    return new Rtn(new AbsMax())
        .quantize(LinearTask.of(name, weight, scheme, StatisticsView.NONE), COMPUTE);
  }

  private static GroupedCodes codes(QuantizedLinear layer) {
    GridTensor tensor = (GridTensor) layer.branches().get(0).weight();
    return new GroupedCodes(
        tensor.rows(),
        tensor.cols(),
        tensor.grid().layout().cellCols(),
        tensor.codes().bits(),
        tensor.scheme().format().minCode() < 0,
        tensor.codes().values(),
        tensor.grid().scale(),
        tensor.grid().zero());
  }
}
