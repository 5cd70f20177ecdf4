package io.halftone.calibration.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.calibration.Pipeline;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.stats.GramMatrix;
import io.halftone.core.stats.Statistics;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.quantizers.catalog.Catalog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that count differently in what layers are calibrated on. */
class WeightedTokensTest {
  private static final Compute COMPUTE = Compute.defaults();

  @TempDir private Path directory;
  private FloatDecoder exact;
  private List<int[]> rows;

  @BeforeEach
  void open() throws IOException {
    exact = TrainedModel.open(directory);
    rows = TrainedModel.tokens(0, 2).sequences();
  }

  private static float[] all(float weight, int length) {
    float[] weights = new float[length];
    Arrays.fill(weights, weight);
    return weights;
  }

  private List<short[]> codes(TokenSequences tokens, Propagation propagation) throws IOException {
    Pipeline pipeline = Pipeline.of(Catalog.halftone(Schemes.W2A16_G32), COMPUTE);
    return new BlockPipeline(pipeline, propagation)
        .run(exact, tokens, layer -> {}).quantized().layers().stream()
            .map(result -> result.layer().orElseThrow().branches().get(0).weight())
            .map(weight -> ((GridTensor) weight).codes().values())
            .toList();
  }

  private static void assertSame(List<short[]> expected, List<short[]> actual) {
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), actual.get(i), "layer " + i);
    }
  }

  /** A sequence of weight 0 decides nothing, wherever it stands. */
  @ParameterizedTest
  @EnumSource
  void weightZeroLeavesOut(Propagation propagation) throws IOException {
    int length = rows.get(0).length;
    List<short[]> alone = codes(new TokenSequences(rows.subList(1, 2)), propagation);
    TokenSequences last = new TokenSequences(rows, List.of(all(0, length), all(1, length)));
    assertSame(alone, codes(last, propagation));
    TokenSequences first =
        new TokenSequences(
            List.of(rows.get(1), rows.get(0)), List.of(all(1, length), all(0, length)));
    assertSame(alone, codes(first, propagation));
  }

  /** Only ratios of weights matter; powers of four keep every bit, since rows take their roots. */
  @ParameterizedTest
  @EnumSource
  void commonFactorsDoNotMatter(Propagation propagation) throws IOException {
    List<float[]> four = rows.stream().map(row -> all(4, row.length)).toList();
    assertSame(
        codes(new TokenSequences(rows), propagation),
        codes(new TokenSequences(rows, four), propagation));
  }

  /** G = Σ weight·xᵀx, beside a sum in double. */
  @Test
  void theGramMatrixIsWeighted() throws IOException {
    float[] weights = all(1, rows.get(0).length);
    for (int t = 0; t < weights.length; t++) {
      weights[t] = t % 3 * 0.7f;
    }
    TokenSequences tokens = new TokenSequences(rows.subList(0, 1), List.of(weights));
    ResidualStream stream = ResidualStream.of(exact, tokens);
    Sublayer half = exact.block(0).attention();
    GramMatrix gram =
        new SiteCapture(stream, 1, Set.of(Statistics.GRAM), COMPUTE)
            .of(half, List.of(Folds.inputSite(half)))
            .at(Folds.inputSite(half).id())
            .get(Statistics.GRAM);
    FloatMatrix x = half.normed(stream.state(0), COMPUTE);
    double total = 0;
    for (int i = 0; i < x.cols(); i++) {
      double expected = 0;
      double size = 0;
      for (int t = 0; t < x.rows(); t++) {
        double product = (double) weights[t] * x.get(t, i) * x.get(t, 0);
        expected += product;
        size += Math.abs(product);
      }
      assertEquals(expected, gram.sum().get(i, 0), 1e-5 * size);
    }
    for (float weight : weights) {
      total += weight;
    }
    assertEquals(total, gram.weight(), 1e-4);
  }

  @Test
  void groupsKeepTheirWeights() {
    TokenSequences tokens =
        new TokenSequences(
            List.of(new int[] {1, 2}, new int[] {3}, new int[] {4}),
            List.of(new float[] {0, 2}, new float[] {3}, new float[] {1}));
    List<TokenSequences> batches = tokens.batches(3);
    assertArrayEquals(new float[] {0, 2, 3}, batches.get(0).allWeights());
    assertArrayEquals(new float[] {1}, batches.get(1).allWeights());
    assertFalse(tokens.countAlike());
    assertTrue(batches.get(1).countAlike());
    assertTrue(new TokenSequences(tokens.sequences()).countAlike());
  }

  @ParameterizedTest
  @ValueSource(floats = {-1, Float.NaN, Float.POSITIVE_INFINITY})
  void otherWeightsAreRefused(float weight) {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new TokenSequences(
                    List.of(new int[] {1}, new int[] {2, 3}),
                    List.of(new float[] {1}, new float[] {1, weight})));
    assertTrue(refused.getMessage().contains("token 1 of sequence 1"), refused::getMessage);
    assertTrue(refused.getMessage().contains(Float.toString(weight)), refused::getMessage);
  }

  @Test
  void everyTokenNeedsAWeight() {
    List<int[]> two = List.of(new int[] {1, 2});
    assertThrows(IllegalArgumentException.class, () -> new TokenSequences(two, List.of()));
    assertThrows(
        IllegalArgumentException.class, () -> new TokenSequences(two, List.of(new float[] {1})));
  }
}
