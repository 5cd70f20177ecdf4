package io.halftone.bridges.onnxruntime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.format.Formats;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.Timing;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.npy.NpyArray;
import io.halftone.io.onnx.Bnb4Type;
import io.halftone.io.onnx.GroupedCodes;
import io.halftone.io.onnx.OnnxEditor;
import io.halftone.io.onnx.OnnxModel;
import io.halftone.io.onnx.OnnxQuantized;
import io.halftone.io.onnx.StaticInput;
import io.halftone.testkit.RandomLayers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A model in every ONNX form runs in ONNX Runtime as its emulation does, accuracy level 1, and is
 * read back with the same values.
 */
class OnnxFormsTest {
  private static final Compute COMPUTE = Compute.defaults();
  private static final double BOUND = 1e-4;
  private static final int IN = 64;
  private static final int HIDDEN = 96;
  private static final int OUT = 16;
  private static final Granularity G32 = new Granularity.PerGroup(32);
  private static final Granularity ROWS = new Granularity.PerRow();

  @TempDir Path directory;

  private static Arguments form(
      String name, LayerScheme scheme, BiConsumer<OnnxEditor, QuantizedLinear> writer) {
    return Arguments.of(name, scheme, writer);
  }

  static Stream<Arguments> forms() {
    List<Arguments> forms = new ArrayList<>();
    for (int bits : new int[] {2, 4, 8}) {
      for (boolean symmetric : new boolean[] {true, false}) {
        LayerScheme groups =
            symmetric
                ? RandomLayers.symmetric(bits, G32, Formats.F32)
                : RandomLayers.asymmetric(bits, G32);
        LayerScheme rows =
            symmetric
                ? RandomLayers.symmetric(bits, ROWS, Formats.F32)
                : RandomLayers.asymmetric(bits, ROWS);
        String name = (symmetric ? "INT" : "UINT") + bits;
        forms.add(
            form("MatMulNBits " + name, groups, (e, l) -> e.toMatMulNBits(l.name(), codes(l))));
        forms.add(
            form("blocked " + name, groups, (e, l) -> e.toDequantizeLinear(l.name(), codes(l))));
        forms.add(
            form("channels " + name, rows, (e, l) -> e.toDequantizeLinear(l.name(), codes(l))));
      }
    }
    for (int group : new int[] {16, 32, 64}) {
      for (Bnb4Type type : Bnb4Type.values()) {
        forms.add(
            form(
                "MatMulBnb4 " + type + " " + group,
                table(type.format(), new Granularity.PerGroup(group)),
                (e, l) -> e.toMatMulBnb4(l.name(), weight(l))));
      }
    }
    return forms.stream();
  }

  private static LayerScheme table(NumberFormat format, Granularity granularity) {
    return new LayerScheme(
        new TensorScheme(
            format, granularity, new ScaleSpec.Stored(Formats.F32), ZeroPoint.NONE, Timing.STATIC),
        Schemes.FULL);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forms")
  void runsAsItsEmulationAndIsReadBack(
      String name, LayerScheme scheme, BiConsumer<OnnxEditor, QuantizedLinear> writer)
      throws IOException {
    boolean wide = scheme.weight().granularity().equals(new Granularity.PerGroup(64));
    int hidden = wide ? 128 : HIDDEN;
    List<QuantizedLinear> layers =
        List.of(
            RandomLayers.withoutBias(RandomLayers.of("first", scheme, hidden, IN, 1)),
            RandomLayers.withoutBias(RandomLayers.of("second", scheme, OUT, hidden, 2)));
    Path exported = export(layers, writer);
    ExportCheckResult result = check(exported, layers);
    assertTrue(result.maxRelativeError() < BOUND, result::toString);
    assertTrue(result.outputDifference() < BOUND, result::toString);
    List<OnnxQuantized> read = OnnxQuantized.find(OnnxModel.read(exported));
    assertEquals(List.of("first", "second"), read.stream().map(l -> l.layer().name()).toList());
    for (int i = 0; i < layers.size(); i++) {
      assertArrayEquals(layers.get(i).decode().data(), read.get(i).layer().decode().data());
    }
    assertEquals("x", read.get(0).input());
  }

  @Test
  void roundsInputsByConstantNumbers() throws IOException {
    LayerScheme scheme = RandomLayers.symmetric(8, ROWS, Formats.F32);
    QuantizedLinear layer =
        RandomLayers.withoutBias(RandomLayers.of("first", scheme, HIDDEN, IN, 1));
    for (StaticInput rounding :
        List.of(new StaticInput(true, 0.02f, 0), new StaticInput(false, 0.015f, 120))) {
      Path exported = export(List.of(layer), (e, l) -> e.toStaticQdq(l.name(), codes(l), rounding));
      OnnxQuantized read = OnnxQuantized.find(OnnxModel.read(exported)).get(0);
      assertEquals(Optional.of(rounding), read.rounding());
      assertEquals("x", read.input());
      assertArrayEquals(layer.decode().data(), read.layer().decode().data());
      FloatMatrix x = TinyModels.random(3, 8, IN);
      for (int i = 0; i < x.data().length; i++) {
        x.data()[i] = rounding.round(x.data()[i]);
      }
      float[] expected = layer.apply(x, COMPUTE.algebra()).data();
      double error = error(expected, hidden(exported));
      assertTrue(error < BOUND, () -> rounding + ": " + error);
    }
  }

  private float[] hidden(Path exported) throws IOException {
    try (ModelInputs inputs = inputs(exported)) {
      List<float[]> hidden = new ArrayList<>();
      ChildRuntime.of(exported)
          .streamExposed(
              inputs, List.of("h"), (batch, own, exposed) -> hidden.add(exposed.get("h").data()));
      int length = hidden.stream().mapToInt(part -> part.length).sum();
      float[] all = new float[length];
      int done = 0;
      for (float[] part : hidden) {
        System.arraycopy(part, 0, all, done, part.length);
        done += part.length;
      }
      return all;
    }
  }

  static double error(float[] expected, float[] actual) {
    assertEquals(expected.length, actual.length);
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow(expected[i] - (double) actual[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    return Math.sqrt(difference / norm);
  }

  private Path export(List<QuantizedLinear> layers, BiConsumer<OnnxEditor, QuantizedLinear> writer)
      throws IOException {
    int hidden = layers.get(0).out();
    Path plain =
        TinyModels.mlp(
            directory.resolve("plain.onnx"),
            TinyModels.random(1, hidden, IN),
            TinyModels.random(2, OUT, hidden));
    OnnxEditor editor = new OnnxEditor(OnnxModel.read(plain));
    layers.forEach(layer -> writer.accept(editor, layer));
    Path exported = directory.resolve("exported.onnx");
    editor.finish().write(exported);
    return exported;
  }

  private static ExportCheckResult check(Path exported, List<QuantizedLinear> layers)
      throws IOException {
    List<CheckedLayer> checked =
        List.of(
            new CheckedLayer(layers.get(0), "x", "h", false),
            new CheckedLayer(layers.get(1), "a", "y", false));
    try (ModelInputs inputs = inputs(exported)) {
      return ExportCheck.run(ChildRuntime.of(exported), checked, inputs, COMPUTE.algebra());
    }
  }

  private static ModelInputs inputs(Path model) throws IOException {
    NpyArray x = NpyArray.ofFloats(TinyModels.random(3, 8, IN).data(), 4, 2, IN);
    NpyArray mask = NpyArray.ofLongs(new long[] {1, 1, 1, 1, 1, 1, 1, 1}, 4, 2);
    return ArrayInputs.of(Map.of("x", x, "attention_mask", mask), ModelSignature.read(model), 4);
  }

  private static GridTensor weight(QuantizedLinear layer) {
    return (GridTensor) layer.branches().get(0).weight();
  }

  static GroupedCodes codes(QuantizedLinear layer) {
    GridTensor tensor = weight(layer);
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
