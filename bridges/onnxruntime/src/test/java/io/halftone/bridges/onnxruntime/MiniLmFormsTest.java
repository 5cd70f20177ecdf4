package io.halftone.bridges.onnxruntime;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.format.Formats;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.Timing;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.stats.StatisticsView;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.onnx.Bnb4Type;
import io.halftone.io.onnx.LinearLayers;
import io.halftone.io.onnx.OnnxEditor;
import io.halftone.io.onnx.OnnxExport;
import io.halftone.io.onnx.OnnxLinear;
import io.halftone.io.onnx.OnnxModel;
import io.halftone.io.onnx.OnnxWeights;
import io.halftone.io.onnx.StaticInput;
import io.halftone.io.onnx.WeightForm;
import io.halftone.quantizers.grids.AbsMax;
import io.halftone.quantizers.rounding.Rtn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A whole encoder in every ONNX form, accuracy level 1; run with {@code -Dhalftone.heavy=true}. */
@EnabledIfSystemProperty(named = "halftone.heavy", matches = "true")
class MiniLmFormsTest {
  private static final Compute COMPUTE = Compute.defaults();

  @TempDir Path directory;

  static Stream<Arguments> forms() {
    return Stream.of(
        Arguments.of(WeightForm.MATMUL_NBITS, Schemes.W4A16_G32),
        Arguments.of(WeightForm.MATMUL_NBITS, Schemes.W8A16),
        Arguments.of(WeightForm.DEQUANTIZE_LINEAR, Schemes.W4A16_G32),
        Arguments.of(WeightForm.DEQUANTIZE_LINEAR, Schemes.W8A16),
        Arguments.of(WeightForm.DEQUANTIZE_LINEAR, Schemes.W8A8),
        Arguments.of(WeightForm.MATMUL_NBITS, table(Formats.NF4)),
        Arguments.of(WeightForm.MATMUL_NBITS, table(Bnb4Type.FP4.format())));
  }

  private static LayerScheme table(NumberFormat format) {
    return new LayerScheme(
        new TensorScheme(
            format,
            new Granularity.PerGroup(64),
            new ScaleSpec.Stored(Formats.F32),
            ZeroPoint.NONE,
            Timing.STATIC),
        Schemes.FULL);
  }

  @ParameterizedTest
  @MethodSource("forms")
  void runsAsItsEmulation(WeightForm form, LayerScheme scheme) throws IOException {
    OnnxModel model = OnnxModel.read(MiniLm.model());
    List<OnnxLinear> linears = LinearLayers.find(model.graph());
    List<QuantizedLinear> layers = new ArrayList<>();
    List<CheckedLayer> checked = new ArrayList<>();
    try (OnnxWeights weights = new OnnxWeights(model, linears)) {
      for (OnnxLinear linear : linears) {
        FloatMatrix weight = weights.read(linear.name());
        QuantizedLinear layer =
            new Rtn(new AbsMax())
                .quantize(
                    LinearTask.of(linear.name(), weight, scheme, StatisticsView.NONE), COMPUTE);
        layers.add(layer);
        checked.add(new CheckedLayer(layer, linear.input(), linear.output(), false));
      }
    }
    Path exported = directory.resolve("minilm.onnx");
    new OnnxExport(form).apply(model, layers, Map.of(), Map.of()).write(exported);
    try (ModelInputs inputs = MiniLm.inputs(MiniLm.PASSAGES, new TextOptions(32, 4))) {
      ExportCheckResult result =
          ExportCheck.run(ChildRuntime.of(exported), checked, inputs, COMPUTE.algebra());
      assertTrue(result.maxRelativeError() < 1e-4, result::toString);
      assertTrue(result.outputDifference() < 1e-4, result::toString);
    }
  }

  /** Inputs rounded by constant steps, the largest magnitude of a first run through 127. */
  @Test
  void runsWithConstantStepsOfInputsAsItsEmulation() throws IOException {
    OnnxModel model = OnnxModel.read(MiniLm.model());
    List<OnnxLinear> linears = LinearLayers.find(model.graph());
    List<String> read = linears.stream().map(OnnxLinear::input).distinct().toList();
    Map<String, Float> largest = new HashMap<>();
    expose(
        MiniLm.model(),
        read,
        exposed ->
            read.forEach(name -> largest.merge(name, largest(exposed.get(name)), Math::max)));
    OnnxEditor editor = new OnnxEditor(model);
    Map<String, QuantizedLinear> layers = new LinkedHashMap<>();
    Map<String, StaticInput> roundings = new HashMap<>();
    try (OnnxWeights weights = new OnnxWeights(model, linears)) {
      for (OnnxLinear linear : linears) {
        LinearTask task =
            LinearTask.of(
                linear.name(), weights.read(linear.name()), Schemes.W8A16, StatisticsView.NONE);
        QuantizedLinear layer = new Rtn(new AbsMax()).quantize(task, COMPUTE);
        StaticInput rounding = new StaticInput(true, largest.get(linear.input()) / 127, 0);
        editor.toStaticQdq(linear.name(), OnnxFormsTest.codes(layer), rounding);
        layers.put(linear.output(), layer);
        roundings.put(linear.output(), rounding);
      }
    }
    Path exported = directory.resolve("minilm.onnx");
    editor.finish().write(exported);
    List<String> both =
        Stream.concat(read.stream(), linears.stream().map(OnnxLinear::output)).toList();
    expose(
        exported,
        both,
        exposed -> {
          for (OnnxLinear linear : linears) {
            float[] x = exposed.get(linear.input()).clone();
            for (int i = 0; i < x.length; i++) {
              x[i] = roundings.get(linear.output()).round(x[i]);
            }
            QuantizedLinear layer = layers.get(linear.output());
            FloatMatrix rounded = FloatMatrix.wrap(x, x.length / layer.in(), layer.in());
            float[] expected = layer.apply(rounded, COMPUTE.algebra()).data();
            double error = OnnxFormsTest.error(expected, exposed.get(linear.output()));
            assertTrue(error < 1e-4, () -> linear.name() + ": " + error);
          }
        });
  }

  private static void expose(
      Path model, List<String> tensors, Consumer<Map<String, float[]>> reader) throws IOException {
    try (ModelInputs inputs = MiniLm.inputs(MiniLm.PASSAGES, new TextOptions(32, 4))) {
      ChildRuntime.of(model)
          .streamExposed(
              inputs,
              tensors,
              (batch, own, exposed) -> {
                Map<String, float[]> values = new HashMap<>();
                tensors.forEach(name -> values.put(name, exposed.get(name).data()));
                reader.accept(values);
              });
    }
  }

  private static float largest(float[] values) {
    float largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
