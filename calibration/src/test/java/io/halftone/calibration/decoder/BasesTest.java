package io.halftone.calibration.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.calibration.FittedSite;
import io.halftone.calibration.Pipeline;
import io.halftone.calibration.Placement;
import io.halftone.core.format.Formats;
import io.halftone.core.kernel.Compute;
import io.halftone.core.model.Activation;
import io.halftone.core.model.SiteRole;
import io.halftone.core.model.TransformSite;
import io.halftone.core.quantized.Branch;
import io.halftone.core.quantized.DenseTensor;
import io.halftone.core.quantized.Outcome;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.recipe.Recipe;
import io.halftone.core.scheme.CacheScheme;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.spi.TransformFitter;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.quantizers.catalog.Catalog;
import io.halftone.quantizers.rotation.HadamardRotation;
import io.halftone.quantizers.rotation.HadamardRotation.Mixing;
import io.halftone.quantizers.rotation.KltRotation;
import io.halftone.quantizers.rotation.RandomRotation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rotations do not change what a float model computes. */
class BasesTest {
  private static final Compute COMPUTE = Compute.defaults();
  private static final List<SiteRole> ALL = List.of(SiteRole.values());

  @TempDir Path directory;

  private static void assertSame(FloatMatrix expected, FloatMatrix got) {
    double error = 0;
    double size = 0;
    for (int i = 0; i < expected.data().length; i++) {
      double difference = expected.data()[i] - got.data()[i];
      error += difference * difference;
      size += (double) expected.data()[i] * expected.data()[i];
    }
    assertEquals(0, Math.sqrt(error / size), 1e-5);
  }

  private static CausalModel rotated(FloatDecoder model, TransformFitter fitter)
      throws IOException {
    Recipe recipe = Recipe.of("turn", Schemes.W8A16).fit(fitter);
    return CachedDecoder.of(
        model,
        CacheScheme.FULL,
        Pipeline.of(recipe, COMPUTE),
        new TokenSequences(List.of(new int[] {1})));
  }

  static Stream<TransformFitter> rotations() {
    return Stream.of(
        new HadamardRotation(ALL, Mixing.APART), new RandomRotation(ALL), new KltRotation(ALL));
  }

  static Stream<TransformFitter> unseen() {
    return Stream.of(new HadamardRotation(ALL, Mixing.TOGETHER), new RandomRotation(ALL));
  }

  @ParameterizedTest
  @MethodSource("unseen")
  void streamAndKeysTurnWithoutATrace(TransformFitter rotation) throws IOException {
    FloatDecoder model = TrainedModel.open(directory);
    TokenSequences tokens = TrainedModel.tokens(64, 65);
    CausalModel turned = rotated(model, rotation);
    assertSame(TrainedModel.logits(model, tokens), TrainedModel.logits(turned, tokens));
    FloatMatrix before = model.embed(tokens);
    FloatMatrix after = turned.embed(tokens);
    assertFalse(before.get(3, 0) == after.get(3, 0));
  }

  /** Values are turned head by head, also where query heads share them. */
  @ParameterizedTest
  @MethodSource("rotations")
  void valuesTurnIntoTheirProducer(TransformFitter rotation) throws IOException {
    Sublayer exact = TrainedModel.open(directory).block(0).attention();
    FloatMatrix x = TrainedModel.open(directory).embed(TrainedModel.tokens(64, 65));
    Recipe recipe = Recipe.of("turn", Schemes.W8A16).fit(rotation);
    FittedSite values = output(exact, recipe);
    FittedSite input = FittedSite.untouched(Folds.inputSite(exact));
    Sublayer folded = Folds.apply(exact, input, Folds.tied(exact, values));
    FloatMatrix expected = x.copy();
    FloatMatrix got = x.copy();
    exact.advance(expected, new int[] {x.rows()}, COMPUTE);
    folded.advance(got, new int[] {x.rows()}, COMPUTE);
    assertSame(expected, got);
    assertFalse(
        FloatLinear.require(exact.output()).weight().get(0, 0)
            == FloatLinear.require(folded.output()).weight().get(0, 0));
  }

  private FittedSite output(Sublayer exact, Recipe recipe) throws IOException {
    List<TransformSite> sites = List.of(Folds.outputSite(exact));
    ResidualStream stream =
        ResidualStream.of(TrainedModel.open(directory), TrainedModel.tokens(64, 65));
    return Pipeline.of(recipe.quantize(Catalog.fallback()), COMPUTE)
        .fit(
            new SublayerWeights(exact),
            sites,
            new SiteCapture(stream, 1, recipe.requires(), COMPUTE).of(exact, sites))
        .get(0);
  }

  static Stream<TransformFitter> online() {
    return Stream.concat(rotations(), Stream.of(new HadamardRotation(ALL, Mixing.TOGETHER)));
  }

  /** What nothing absorbs is done to the input and undone in the weight. */
  @ParameterizedTest
  @MethodSource("online")
  void innerTensorsAndMixedHeadsTurnOnline(TransformFitter rotation) throws IOException {
    DecoderBlock block = TrainedModel.open(directory).block(0);
    FloatMatrix x = TrainedModel.open(directory).embed(TrainedModel.tokens(64, 65));
    int online = 0;
    for (Sublayer exact : block.sublayers()) {
      FittedSite site = output(exact, Recipe.of("turn", Schemes.W8A16).fit(rotation));
      if (site.placement() == Placement.ONLINE) {
        online++;
        FloatMatrix expected = x.copy();
        FloatMatrix got = x.copy();
        exact.advance(expected, new int[] {x.rows()}, COMPUTE);
        turned(exact, site).advance(got, new int[] {x.rows()}, COMPUTE);
        assertSame(expected, got);
      }
    }
    assertEquals(rotation.equals(new HadamardRotation(ALL, Mixing.TOGETHER)) ? 2 : 1, online);
  }

  /** The half with its float output weight behind the online transform. */
  private static Sublayer turned(Sublayer exact, FittedSite site) {
    FloatLinear output = FloatLinear.require(exact.output());
    FloatMatrix weight = site.transform().applyToWeight(output.weight());
    QuantizedLinear layer =
        new QuantizedLinear(
            output.name(),
            site.transform(),
            List.of(new Branch(Schemes.FULL, new DenseTensor(Formats.F32, weight))),
            output.bias(),
            new Outcome.DataFree());
    return exact.with(List.of(EmulatedLinear.of(layer)));
  }

  static Stream<Architecture> tables() {
    return ForwardPassTest.tables();
  }

  /**
   * Every architecture is turned without a trace, or refused with the name of what is in the way.
   */
  @ParameterizedTest
  @MethodSource("tables")
  void otherArchitecturesTurnOrAreRefused(Architecture table) throws IOException {
    FloatDecoder model =
        FloatDecoder.of(
            ForwardPassTest.config(table, Activation.SILU),
            MemoryTensors.random(table, ForwardPassTest.config(table, Activation.SILU), 5));
    TokenSequences tokens = new TokenSequences(List.of(new int[] {1, 7, 3, 3, 12, 0, 9, 2}));
    CausalModel turned = rotated(model, new RandomRotation(ALL));
    boolean turnable =
        table.norm() != NormKind.LAYER && !table.norms().containsKey(NormRole.ATTENTION_OUTPUT);
    if (turnable) {
      assertSame(TrainedModel.logits(model, tokens), TrainedModel.logits(turned, tokens));
    } else {
      IllegalArgumentException refusal =
          assertThrows(IllegalArgumentException.class, () -> turned.block(0));
      assertTrue(refusal.getMessage().contains("cannot be turned"), refusal.getMessage());
    }
  }

  /** Tokens that come later do not change what was computed before them, window or not. */
  @ParameterizedTest
  @MethodSource("caches")
  void cachesAreCausal(CacheScheme scheme) throws IOException {
    FloatDecoder model = TrainedModel.open(directory);
    int[] whole = TrainedModel.tokens(64, 65).sequences().get(0);
    CausalModel cached =
        CachedDecoder.of(
            model,
            scheme,
            Pipeline.of(Catalog.rtn(Schemes.W8A16), COMPUTE),
            TrainedModel.tokens(0, 1));
    FloatMatrix all = TrainedModel.logits(cached, new TokenSequences(List.of(whole)));
    for (int length : new int[] {1, 31, 32, 33, 70}) {
      FloatMatrix part =
          TrainedModel.logits(cached, new TokenSequences(List.of(Arrays.copyOf(whole, length))));
      assertArrayEquals(all.rows(0, length).data(), part.data());
    }
  }

  static Stream<CacheScheme> caches() {
    return Stream.of("KV4", "KV2_R32", "KV2_R96", "KV4_M", "KV2_R32_M", "KV4_WF", "KV2_R32_MF")
        .map(CacheScheme::named);
  }

  /** Inside the window nothing is rounded; behind it everything is. */
  @Test
  void aWindowKeepsItsTokensFloat() throws IOException {
    FloatDecoder model = TrainedModel.open(directory);
    TokenSequences tokens = TrainedModel.tokens(64, 65);
    CausalModel cached = cached(model, "KV2_R64");
    FloatMatrix expected = TrainedModel.logits(model, tokens);
    FloatMatrix got = TrainedModel.logits(cached, tokens);
    FloatMatrix all = expected.rows(0, 64);
    assertSame(all, got.rows(0, 64));
    assertFalse(expected.get(65, 0) == got.get(65, 0));
  }

  @Test
  void moreBitsOrAWindowLoseLess() throws IOException {
    FloatDecoder model = TrainedModel.open(directory);
    double two = divergence(model, "KV2");
    double four = divergence(model, "KV4");
    assertTrue(divergence(model, "KV2_R32") < two / 4);
    assertTrue(four < two / 4);
    assertTrue(divergence(model, "KV8") < four / 4);
  }

  private static double divergence(FloatDecoder model, String scheme) throws IOException {
    return LanguageEvaluation.of(COMPUTE)
        .compare(model, cached(model, scheme), TrainedModel.tokens(64, 68))
        .divergence();
  }

  private static CausalModel cached(FloatDecoder model, String scheme) {
    return new CachedDecoder(model, KeyValueCache.of(model, CacheScheme.named(scheme)));
  }
}
