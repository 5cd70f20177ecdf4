package io.halftone.calibration.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.calibration.FallbackPolicy;
import io.halftone.calibration.LayerResult;
import io.halftone.calibration.Pipeline;
import io.halftone.calibration.Progress;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.recipe.NameFilter;
import io.halftone.core.report.LayerReport;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.quantizers.catalog.Catalog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What blocks say of their layers, beside the outputs themselves. */
class CalibrationErrorsTest {
  private static final Compute COMPUTE = Compute.defaults();

  @TempDir private Path directory;
  private FloatDecoder exact;
  private TokenSequences calibration;

  @BeforeEach
  void open() throws IOException {
    exact = TrainedModel.open(directory);
    // 512 tokens, so that a sample of so many is all of them
    calibration = TrainedModel.tokens(0, 2);
  }

  private QuantizedBlock first(Pipeline pipeline, Propagation propagation) throws IOException {
    return BlockByBlock.of(exact, pipeline, calibration, propagation).quantize();
  }

  private static Pipeline pipeline(String recipe, String scheme) {
    return Pipeline.of(Catalog.named(recipe, Schemes.named(scheme)), COMPUTE);
  }

  /** Weights with and without statistics, folded transforms, and quantized inputs. */
  @ParameterizedTest
  @CsvSource({
    "rtn, W3A16_G32, FLOAT_PREFIX",
    "gptq, W3A16_G32, QUANTIZED_PREFIX",
    "gptq, W3A16_G32, FLOAT_TARGETS",
    "halftone, W2A16_G32, FLOAT_TARGETS",
    "smoothquant, W4A8, QUANTIZED_PREFIX"
  })
  void areThoseOfTheOutputsOnTheCalibrationInputs(
      String recipe, String scheme, Propagation propagation) throws IOException {
    QuantizedBlock block = first(pipeline(recipe, scheme), propagation);
    assertEquals(
        block.layers().stream().map(LayerResult::name).toList(),
        block.reports().stream().map(LayerReport::layer).toList());
    FloatMatrix state = exact.embed(calibration);
    for (int h = 0; h < 2; h++) {
      Sublayer folded = block.folded().get(h);
      Sublayer running =
          propagation.next(
              folded, block.halves().get(h).emulated(block.exact().sublayers().get(h)));
      FloatMatrix normed = folded.normed(state, COMPUTE);
      FloatMatrix mixed = running.mixed(state, calibration.lengths(), COMPUTE);
      SublayerWeights weights = new SublayerWeights(folded);
      for (LayerResult result : block.halves().get(h).layers()) {
        FloatMatrix x = result.name().equals(folded.output().name()) ? mixed : normed;
        double expected =
            error(x, weights.linear(result.name()).weight(), result.layer().orElseThrow());
        double reported = reported(block, result.name());
        assertTrue(reported > 0, result.name());
        assertEquals(expected, reported, 1e-4 * expected, result.name());
      }
      running.advance(state, calibration.lengths(), COMPUTE);
    }
  }

  private static double reported(QuantizedBlock block, String layer) {
    return block.reports().stream()
        .filter(report -> report.layer().equals(layer))
        .findFirst()
        .orElseThrow()
        .outputRelativeError();
  }

  private static double error(FloatMatrix x, FloatMatrix weight, QuantizedLinear layer) {
    FloatMatrix y = COMPUTE.algebra().multiplyTransposed(x, weight);
    FloatMatrix got = layer.apply(x, COMPUTE.algebra());
    double error = 0;
    double signal = 0;
    for (int i = 0; i < y.data().length; i++) {
      double bias = layer.bias().length == 0 ? 0 : layer.bias()[i % layer.out()];
      double difference = y.data()[i] + bias - got.data()[i];
      error += difference * difference;
      signal += (double) y.data()[i] * y.data()[i];
    }
    return error / signal;
  }

  /** The last linear of a half reads what the quantized ones before it give, or the float ones. */
  @Test
  void dependOnWhatStandsBefore() throws IOException {
    String output = exact.block(0).attention().output().name();
    Pipeline nearest = pipeline("rtn", "W3A16_G32");
    assertNotEquals(
        reported(first(nearest, Propagation.FLOAT_PREFIX), output),
        reported(first(nearest, Propagation.QUANTIZED_PREFIX), output));
  }

  @Test
  void layersThatStayFloatHaveNone() throws IOException {
    Pipeline down =
        new Pipeline(
            Catalog.named("rtn", Schemes.W4A16_G32),
            COMPUTE,
            FallbackPolicy.STRICT,
            new NameFilter(List.of("*down_proj"), List.of()),
            Progress.SILENT);
    QuantizedBlock block = first(down, Propagation.QUANTIZED_PREFIX);
    assertEquals(7, block.layers().size());
    assertEquals(1, block.reports().size());
  }
}
