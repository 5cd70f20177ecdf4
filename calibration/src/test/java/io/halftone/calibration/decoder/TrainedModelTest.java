package io.halftone.calibration.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.halftone.core.format.Formats;
import io.halftone.core.format.IntFormat;
import io.halftone.core.kernel.Compute;
import io.halftone.core.model.DecoderConfig;
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
import io.halftone.quantizers.grids.MinMax;
import io.halftone.quantizers.rounding.Rtn;
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

  /** All linears of a model rounded to nearest. */
  private record Rounded(CausalModel model, LayerScheme scheme) implements CausalModel {
    @Override
    public DecoderConfig config() {
      return model.config();
    }

    @Override
    public FloatMatrix embed(TokenSequences sequences) throws IOException {
      return model.embed(sequences);
    }

    @Override
    public DecoderBlock block(int index) throws IOException {
      DecoderBlock block = model.block(index);
      return new DecoderBlock(
          block.name(), rounded(block.attention()), rounded(block.feedForward()));
    }

    private Sublayer rounded(Sublayer sublayer) {
      return sublayer.with(sublayer.linears().stream().map(this::rounded).toList());
    }

    private EmulatedLinear rounded(LinearLayer layer) {
      FloatMatrix weight = ((FloatLinear) layer).weight();
      LinearTask task = LinearTask.of(layer.name(), weight, scheme, StatisticsView.NONE);
      return EmulatedLinear.of(new Rtn(new MinMax()).quantize(task, COMPUTE));
    }

    @Override
    public Head head() throws IOException {
      return model.head();
    }
  }

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
    CausalModel rounded =
        new Rounded(TrainedModel.open(directory), new LayerScheme(weight, Schemes.FULL));
    LanguageScore score =
        LanguageEvaluation.of(COMPUTE).score(rounded, TrainedModel.tokens(64, 96));
    assertEquals(perplexity, score.perplexity(), 1e-5);
  }
}
