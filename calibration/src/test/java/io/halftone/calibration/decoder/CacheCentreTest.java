package io.halftone.calibration.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.calibration.Pipeline;
import io.halftone.core.kernel.Compute;
import io.halftone.core.recipe.Recipe;
import io.halftone.core.scheme.CacheOrigin;
import io.halftone.core.scheme.CacheScheme;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.quantizers.catalog.Catalog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys and values relative to their means. */
class CacheCentreTest {
  private static final Compute COMPUTE = Compute.defaults();
  private static final CacheScheme FLOAT_CENTRED =
      new CacheScheme(Schemes.FULL, Schemes.FULL, 0, CacheOrigin.MEAN);

  @TempDir Path directory;
  private FloatDecoder model;
  private TokenSequences calibration;

  @BeforeEach
  void open() throws IOException {
    model = TrainedModel.open(directory);
    calibration = TrainedModel.tokens(0, 4);
  }

  private static FloatMatrix logits(CausalModel model, TokenSequences tokens) throws IOException {
    ResidualStream stream = ResidualStream.of(model, tokens);
    for (int b = 0; b < model.config().blocks(); b++) {
      stream.advance(model.block(b), COMPUTE);
    }
    return model.head().logits(stream.state(0), COMPUTE);
  }

  private CachedDecoder cached(String recipe, CacheScheme scheme) throws IOException {
    Recipe chosen = Catalog.named(recipe, Schemes.W8A16);
    return CachedDecoder.of(model, scheme, Pipeline.of(chosen, COMPUTE), calibration);
  }

  /** Heads share keys and values in this model. */
  @ParameterizedTest
  @ValueSource(strings = {"rtn", "quarot"})
  void centresLeaveNoTraceInAFloatCache(String recipe) throws IOException {
    CachedDecoder centred = cached(recipe, FLOAT_CENTRED);
    assertTrue(centred.caches().get(1).centre().key()[3] != 0);
    assertTrue(centred.caches().get(1).centre().value()[3] != 0);
    FloatMatrix expected = logits(model, TrainedModel.tokens(64, 66));
    FloatMatrix got = logits(centred, TrainedModel.tokens(64, 66));
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
  void centresAreTheMeansOfWhatDecodingRemembers() throws IOException {
    TokenSequences one = TrainedModel.tokens(5, 6);
    ResidualStream stream = ResidualStream.of(model, one);
    Sublayer attention = model.block(0).attention();
    CacheCentre centre = CacheCentre.of(attention, stream, COMPUTE).orElseThrow();
    int tokens = one.sequences().get(0).length;
    PastTokens past = new PastTokens(1, tokens, centre.key().length);
    for (int t = 0; t < tokens; t++) {
      attention.next(stream.state(0).rows(t, t + 1), past, COMPUTE);
    }
    for (int c = 0; c < centre.key().length; c++) {
      assertEquals(mean(past.keys(0), c), centre.key()[c], 1e-5);
      assertEquals(mean(past.values(0), c), centre.value()[c], 1e-5);
    }
  }

  private static double mean(FloatMatrix x, int column) {
    double sum = 0;
    for (int t = 0; t < x.rows(); t++) {
      sum += x.get(t, column);
    }
    return sum / x.rows();
  }

  @Test
  void onlyAttentionRemembers() throws IOException {
    ResidualStream stream = ResidualStream.of(model, calibration);
    assertEquals(Optional.empty(), CacheCentre.of(model.block(0).feedForward(), stream, COMPUTE));
    KeyValueCache plain = KeyValueCache.of(model, CacheScheme.named("KV4"));
    assertSame(plain, plain.centred(model.block(0).attention(), stream, COMPUTE));
  }

  @Test
  void centredCachesLoseLess() throws IOException {
    assertTrue(divergence("KV4_M") < divergence("KV4"));
    assertTrue(divergence("KV2_M") < divergence("KV2"));
  }

  private double divergence(String scheme) throws IOException {
    return LanguageEvaluation.of(COMPUTE)
        .compare(model, cached("rtn", CacheScheme.named(scheme)), TrainedModel.tokens(64, 68))
        .divergence();
  }

  /** Layers behind the cache are calibrated on what comes out of it. */
  @Test
  void quantizedModelsCentreWhatTheirOwnLayersWrite() throws IOException {
    BlockPipeline run =
        new BlockPipeline(
            Pipeline.of(Catalog.rtn(Schemes.W2A16_G32), COMPUTE),
            Propagation.QUANTIZED_PREFIX,
            CacheScheme.named("KV4_M"));
    QuantizedDecoder quantized = run.run(model, calibration, layer -> {});
    ResidualStream stream = ResidualStream.of(quantized, calibration);
    for (int b = 0; b < model.config().blocks(); b++) {
      CacheCentre expected =
          CacheCentre.of(quantized.block(b).attention(), stream, COMPUTE).orElseThrow();
      CacheCentre got = quantized.cache(b).centre();
      for (int c = 0; c < expected.key().length; c++) {
        assertEquals(expected.key()[c], got.key()[c], 1e-5);
        assertEquals(expected.value()[c], got.value()[c], 1e-5);
      }
      stream.advance(quantized.block(b), COMPUTE);
    }
  }
}
