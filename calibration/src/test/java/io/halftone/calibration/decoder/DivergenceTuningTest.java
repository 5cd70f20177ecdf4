package io.halftone.calibration.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.calibration.LayerResult;
import io.halftone.calibration.Pipeline;
import io.halftone.calibration.Progress;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.Schemes;
import io.halftone.quantizers.catalog.Catalog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DivergenceTuningTest {
  private static final Compute COMPUTE = Compute.defaults();

  @TempDir Path directory;
  private FloatDecoder exact;
  private QuantizedDecoder rounded;
  private TokenSequences calibration;

  @BeforeEach
  void quantize() throws IOException {
    exact = TrainedModel.open(directory);
    calibration = TrainedModel.tokens(0, 10);
    rounded =
        new BlockPipeline(
                Pipeline.of(Catalog.rtn(Schemes.W2A16_G32), COMPUTE), Propagation.FLOAT_PREFIX)
            .run(exact, calibration, layer -> {});
  }

  private QuantizedDecoder tuned(DivergenceTuning tuning) throws IOException {
    return tuning.run(rounded, calibration, COMPUTE, Progress.SILENT);
  }

  private double divergence(CausalModel model) throws IOException {
    return LanguageEvaluation.of(COMPUTE)
        .compare(exact, model, TrainedModel.tokens(64, 68))
        .divergence();
  }

  private static List<GridTensor> tensors(QuantizedDecoder model) {
    return model.quantized().layers().stream()
        .map(LayerResult::layer)
        .map(layer -> (GridTensor) layer.orElseThrow().branches().get(0).weight())
        .toList();
  }

  /** On text that was not learned from; scales keep their storage, zero points their place. */
  @Test
  void scalesAloneComeNearerToTheFloatModel() throws IOException {
    QuantizedDecoder model = tuned(new DivergenceTuning(2, 512, 0.01, 2));
    assertTrue(divergence(model) < 0.8 * divergence(rounded));
    for (int i = 0; i < tensors(model).size(); i++) {
      GridTensor before = tensors(rounded).get(i);
      GridTensor after = tensors(model).get(i);
      assertArrayEquals(before.codes().values(), after.codes().values());
      assertArrayEquals(before.grid().zero(), after.grid().zero());
      for (float scale : after.grid().scale()) {
        assertEquals(scale, after.scheme().scale().store(scale));
      }
    }
    double bits = rounded.quantized().layers().get(0).layer().orElseThrow().bitsPerWeight();
    QuantizedLinear first = model.quantized().layers().get(0).layer().orElseThrow();
    assertEquals(bits, first.bitsPerWeight());
  }

  /** Steps that are far too large are undone by the sequences that are held out. */
  @Test
  void tuningDoesNoHarm() throws IOException {
    QuantizedDecoder model = tuned(new DivergenceTuning(1, 512, 50, 2));
    for (int i = 0; i < tensors(model).size(); i++) {
      assertArrayEquals(
          tensors(rounded).get(i).grid().scale(), tensors(model).get(i).grid().scale());
    }
  }

  @Test
  void whatCannotBeTunedIsRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> tuned(new DivergenceTuning(1, 512, 0.01, 10)));
    assertThrows(IllegalArgumentException.class, () -> new DivergenceTuning(0, 512, 0.01, 1));
    assertThrows(IllegalArgumentException.class, () -> new DivergenceTuning(1, 512, 0, 1));
  }
}
