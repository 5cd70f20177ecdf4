package io.halftone.calibration.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.calibration.Pipeline;
import io.halftone.core.kernel.Compute;
import io.halftone.core.recipe.Recipe;
import io.halftone.core.scheme.CacheBasis;
import io.halftone.core.scheme.CacheCodes;
import io.halftone.core.scheme.CacheScheme;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.transform.Dense;
import io.halftone.quantizers.catalog.Catalog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Caches fitted to calibration tokens. */
class CacheFitTest {
  private static final Compute COMPUTE = Compute.defaults();

  /** Bits of float, so that only what a basis itself loses is left. */
  private static CacheScheme unrounded(CacheBasis basis) {
    return new CacheScheme(Schemes.FULL, Schemes.FULL, 0, basis, CacheCodes.NEAREST);
  }

  @TempDir Path directory;
  private FloatDecoder model;
  private TokenSequences calibration;

  @BeforeEach
  void open() throws IOException {
    model = TrainedModel.open(directory);
    calibration = TrainedModel.tokens(0, 4);
  }

  private CachedDecoder cached(String recipe, CacheScheme scheme) throws IOException {
    Recipe chosen = Catalog.named(recipe, Schemes.W8A16);
    return CachedDecoder.of(model, scheme, Pipeline.of(chosen, COMPUTE), calibration);
  }

  /** Heads share keys and values in this model. */
  @ParameterizedTest
  @CsvSource({"rtn, MEAN", "rtn, WHITE", "quarot, MEAN", "quarot, WHITE"})
  void basesLeaveNoTraceInAFloatCache(String recipe, CacheBasis basis) throws IOException {
    CachedDecoder fitted = cached(recipe, unrounded(basis));
    assertTrue(fitted.caches().get(1).keys().mean()[3] != 0);
    assertTrue(fitted.caches().get(1).values().mean()[3] != 0);
    FloatMatrix expected = TrainedModel.logits(model, TrainedModel.tokens(64, 66));
    FloatMatrix got = TrainedModel.logits(fitted, TrainedModel.tokens(64, 66));
    double error = 0;
    double size = 0;
    for (int i = 0; i < expected.data().length; i++) {
      double difference = expected.data()[i] - got.data()[i];
      error += difference * difference;
      size += (double) expected.data()[i] * expected.data()[i];
    }
    assertEquals(0, Math.sqrt(error / size), 1e-5);
  }

  /** The same keys and values as when tokens are decoded one by one. */
  @Test
  void meansAreThoseOfWhatDecodingRemembers() throws IOException {
    ResidualStream stream = ResidualStream.of(model, TrainedModel.tokens(5, 6));
    Sublayer attention = model.block(0).attention();
    KeyValueCache cache = fitted(attention, stream, "KV4_M");
    PastTokens past = decoded(attention, stream);
    for (int c = 0; c < cache.keys().mean().length; c++) {
      assertEquals(mean(past.keys(0), c), cache.keys().mean()[c], 1e-5);
      assertEquals(mean(past.values(0), c), cache.values().mean()[c], 1e-5);
    }
  }

  private static PastTokens decoded(Sublayer attention, ResidualStream stream) {
    int tokens = stream.state(0).rows();
    int width =
        attention
            .remembered(stream.state(0), new int[] {tokens}, COMPUTE)
            .orElseThrow()
            .keys()
            .cols();
    PastTokens past = new PastTokens(1, tokens, width);
    FloatMatrix states = stream.state(0).copy();
    for (int t = 0; t < tokens; t++) {
      attention.next(states.rows(t, t + 1), past, COMPUTE);
    }
    return past;
  }

  private KeyValueCache fitted(Sublayer attention, ResidualStream stream, String scheme) {
    return KeyValueCache.of(model, CacheScheme.named(scheme)).fitted(attention, stream, COMPUTE);
  }

  /** With the ridge r, stored tokens have the covariance I − r·BᵀB, B = T⁻ᵀ. */
  @Test
  void whiteChannelsHaveOneVarianceAndAreNotCorrelated() throws IOException {
    ResidualStream stream = ResidualStream.of(model, TrainedModel.tokens(0, 8));
    Sublayer attention = model.block(1).attention();
    KeyValueCache cache = fitted(attention, stream, "KV4_W");
    Mixer.Remembered kept =
        attention.remembered(stream.state(0), stream.lengths(0), COMPUTE).orElseThrow();
    assertWhite(cache.keys(), kept.keys());
    assertWhite(cache.values(), kept.values());
  }

  private static void assertWhite(CacheSide side, FloatMatrix x) {
    int size = side.bases().get(0).sizeIn();
    HeadMoments before = new HeadMoments(side.bases().size(), size);
    HeadMoments after = new HeadMoments(side.bases().size(), size);
    float[] alike = new float[x.rows()];
    Arrays.fill(alike, 1);
    before.add(x, alike, COMPUTE);
    after.add(side.entered(x), alike, COMPUTE);
    for (int h = 0; h < side.bases().size(); h++) {
      double ridge = 1e-3 * before.covariance(h).meanDiagonal();
      FloatMatrix unit = ((Dense) side.bases().get(h)).backward();
      FloatMatrix square = COMPUTE.algebra().transposedMultiply(unit, unit);
      for (int r = 0; r < size; r++) {
        for (int c = 0; c < size; c++) {
          double whole = after.covariance(h).get(r, c) + ridge * square.get(r, c);
          assertEquals(r == c ? 1 : 0, whole, 1e-3);
        }
      }
    }
  }

  private static double mean(FloatMatrix x, int column) {
    double sum = 0;
    for (int t = 0; t < x.rows(); t++) {
      sum += x.get(t, column);
    }
    return sum / x.rows();
  }

  /** Bit for bit what is fitted without them. */
  @Test
  void tokensOfWeightZeroDecideNothing() throws IOException {
    Sublayer attention = model.block(0).attention();
    List<int[]> rows = TrainedModel.tokens(0, 2).sequences();
    float[] all = new float[rows.get(0).length];
    Arrays.fill(all, 1);
    TokenSequences weighted = new TokenSequences(rows, List.of(all, new float[rows.get(1).length]));
    CacheSide expected =
        fitted(attention, ResidualStream.of(model, TrainedModel.tokens(0, 1)), "KV4_WF").keys();
    CacheSide got = fitted(attention, ResidualStream.of(model, weighted), "KV4_WF").keys();
    assertArrayEquals(expected.mean(), got.mean());
    for (int h = 0; h < expected.bases().size(); h++) {
      Dense basis = (Dense) expected.bases().get(h);
      assertArrayEquals(basis.forward().data(), ((Dense) got.bases().get(h)).forward().data());
      assertArrayEquals(
          expected.feedback().get(h).upper().data(), got.feedback().get(h).upper().data());
    }
  }

  @Test
  void onlyAttentionIsFitted() throws IOException {
    ResidualStream stream = ResidualStream.of(model, calibration);
    KeyValueCache asked = KeyValueCache.of(model, CacheScheme.named("KV4_WF"));
    assertSame(asked, asked.fitted(model.block(0).feedForward(), stream, COMPUTE));
    KeyValueCache plain = KeyValueCache.of(model, CacheScheme.named("KV4"));
    assertSame(plain, plain.fitted(model.block(0).attention(), stream, COMPUTE));
  }

  @ParameterizedTest
  @CsvSource({
    "KV4, KV4_M",
    "KV2, KV2_M",
    "KV4, KV4_F",
    "KV4_M, KV4_MF",
    "KV3_MF, KV3_WF",
    "KV2_R32_M, KV2_R32_MF"
  })
  void everyStepLosesLess(String worse, String better) throws IOException {
    assertTrue(divergence(better) < divergence(worse));
  }

  private double divergence(String scheme) throws IOException {
    return LanguageEvaluation.of(COMPUTE)
        .compare(model, cached("rtn", CacheScheme.named(scheme)), TrainedModel.tokens(64, 68))
        .divergence();
  }

  /** Layers behind the cache are calibrated on what comes out of it. */
  @ParameterizedTest
  @ValueSource(strings = {"KV4_M", "KV4_WF"})
  void quantizedModelsFitWhatTheirOwnLayersWrite(String scheme) throws IOException {
    BlockPipeline run =
        new BlockPipeline(
            Pipeline.of(Catalog.rtn(Schemes.W2A16_G32), COMPUTE),
            Propagation.QUANTIZED_PREFIX,
            CacheScheme.named(scheme));
    QuantizedDecoder quantized = run.run(model, calibration, layer -> {});
    ResidualStream stream = ResidualStream.of(quantized, calibration);
    for (int b = 0; b < model.config().blocks(); b++) {
      Sublayer own = quantized.block(b).attention();
      Sublayer floatOutput = own.with(List.of(model.block(b).attention().output()));
      KeyValueCache expected = fitted(floatOutput, stream, scheme);
      KeyValueCache got = quantized.cache(b);
      assertArrayEquals(expected.keys().mean(), got.keys().mean(), 1e-5f);
      assertArrayEquals(expected.values().mean(), got.values().mean(), 1e-5f);
      for (int h = 0; h < got.values().feedback().size(); h++) {
        assertArrayEquals(
            expected.values().feedback().get(h).order(), got.values().feedback().get(h).order());
      }
      stream.advance(quantized.block(b), COMPUTE);
    }
  }

  /** Nothing can be fitted to a head that is zero, and the message says which. */
  @Test
  void aDeadHeadIsNamed() throws IOException {
    Sublayer attention = model.block(0).attention();
    LinearLayer values = attention.inputs().get(2);
    FloatMatrix none = FloatMatrix.zeros(values.out(), values.in());
    Sublayer dead = attention.with(List.of(new FloatLinear(values.name(), none, new float[0])));
    ResidualStream stream = ResidualStream.of(model, calibration);
    QuantizationException failure =
        assertThrows(QuantizationException.class, () -> fitted(dead, stream, "KV4_WF"));
    assertTrue(failure.getMessage().contains("values of head 0"), failure::getMessage);
  }
}
