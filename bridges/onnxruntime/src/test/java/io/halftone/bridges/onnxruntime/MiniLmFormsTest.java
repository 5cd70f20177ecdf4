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
import io.halftone.io.onnx.OnnxExport;
import io.halftone.io.onnx.OnnxLinear;
import io.halftone.io.onnx.OnnxModel;
import io.halftone.io.onnx.OnnxWeights;
import io.halftone.io.onnx.WeightForm;
import io.halftone.quantizers.grids.AbsMax;
import io.halftone.quantizers.rounding.Rtn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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
}
