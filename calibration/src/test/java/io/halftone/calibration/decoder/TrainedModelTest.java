package io.halftone.calibration.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.halftone.calibration.Pipeline;
import io.halftone.core.format.Formats;
import io.halftone.core.format.IntFormat;
import io.halftone.core.kernel.Compute;
import io.halftone.core.recipe.Recipe;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.Timing;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.quantizers.catalog.Catalog;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Perplexities of a trained model that PyTorch computed; they stand in the model's README. */
class TrainedModelTest {
  private static final Compute COMPUTE = Compute.defaults();

  @TempDir Path directory;

  @Test
  void hasThePerplexityThatTorchFinds() throws IOException {
    LanguageScore score =
        LanguageEvaluation.of(COMPUTE)
            .score(TrainedModel.open(directory), TrainedModel.tokens(64, 96));
    assertEquals(32 * 255, score.predictions());
    assertEquals(2.53230, score.perplexity(), 5e-6);
  }

  @ParameterizedTest
  @CsvSource({"8, 2.53280", "4, 2.56318", "3, 2.68654", "2, 4.15395"})
  void hasThePerplexityThatTorchFindsWhenRounded(int bits, double perplexity) throws IOException {
    TensorScheme weight =
        new TensorScheme(
            new IntFormat(bits, false),
            new Granularity.PerGroup(32),
            new ScaleSpec.Stored(Formats.F32),
            ZeroPoint.INTEGER,
            Timing.STATIC);
    Recipe rtn = Catalog.rtn(new LayerScheme(weight, Schemes.FULL));
    CausalModel rounded =
        new BlockPipeline(Pipeline.of(rtn, COMPUTE), Propagation.QUANTIZED_PREFIX)
            .run(TrainedModel.open(directory), TrainedModel.tokens(0, 1), layer -> {});
    LanguageScore score =
        LanguageEvaluation.of(COMPUTE).score(rounded, TrainedModel.tokens(64, 96));
    assertEquals(perplexity, score.perplexity(), 1e-5);
  }
}
