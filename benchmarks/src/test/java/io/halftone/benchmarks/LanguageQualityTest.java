package io.halftone.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.calibration.decoder.FloatDecoder;
import io.halftone.calibration.decoder.Propagation;
import io.halftone.calibration.decoder.RecipeRow;
import io.halftone.io.llama2c.Llama2cFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the recipes are worth on stories15M, beside what the methods' reference implementations
 * reach on the same tokens and grid. Takes about half an hour: run it by name, with the checkpoint
 * in {@code -Dhalftone.stories15m=FILE}.
 */
@Tag("quality")
@EnabledIfSystemProperty(named = "halftone.stories15m", matches = ".+")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LanguageQualityTest {
  private static final double TOLERANCE = 1.01;

  private final Map<String, RecipeRow> rows = new LinkedHashMap<>();
  private Llama2cFile file;
  private LanguageTable table;

  @BeforeAll
  void open() throws Exception {
    file = Llama2cFile.open(Path.of(System.getProperty("halftone.stories15m")));
    Path tokens = Path.of(getClass().getResource("stories15M-tokens.npy").toURI());
    table =
        new LanguageTable(
            FloatDecoder.of(file.config().decoder(), file), LanguageTable.rows(tokens));
  }

  @AfterAll
  void close() throws IOException {
    rows.forEach((what, row) -> System.out.println(what + " " + row));
    file.close();
  }

  private RecipeRow row(String recipe, String scheme, Propagation propagation) throws IOException {
    String key = recipe + " " + scheme + " " + propagation;
    if (!rows.containsKey(key)) {
      rows.put(key, table.measure(recipe, scheme, propagation, Optional.empty()));
    }
    return rows.get(key);
  }

  private double perplexity(String recipe, String scheme, Propagation propagation)
      throws IOException {
    return row(recipe, scheme, propagation).perplexity();
  }

  @Test
  void theFloatModelHasThePerplexityThatTorchFinds() throws IOException {
    assertEquals(3.02683, table.measureFloat().perplexity(), 1e-5);
  }

  /** Figures of the reference implementations; every layer on its own. */
  @ParameterizedTest
  @CsvSource({
    "rtn, W4A16_G32, 3.2765, .00529",
    "rtn, W3A16_G32, 4.4961, .02348",
    "rtn, W2A16_G32, 143.1, .12424",
    "gptq-on-the-way, W4A16_G32, 3.1813, .00328",
    "gptq-on-the-way, W3A16_G32, 3.8515, .01484",
    "gptq-on-the-way, W2A16_G32, 35.35, .08197",
    "gptq, W4A16_G32, 3.1453, .00290",
    "gptq, W3A16_G32, 3.6952, .01311",
    "gptq, W2A16_G32, 21.19, .07178",
    "quantease, W4A16_G32, 3.1492, .00269",
    "quantease, W3A16_G32, 3.6719, .01213",
    "quantease, W2A16_G32, 18.46, .06583"
  })
  void layersAreAsGoodAsTheReferences(String recipe, String scheme, double perplexity, double error)
      throws IOException {
    RecipeRow row = row(recipe, scheme, Propagation.FLOAT_PREFIX);
    assertTrue(row.perplexity() <= TOLERANCE * perplexity, row::toString);
    assertTrue(row.meanRelativeOutputError() <= TOLERANCE * error, row::toString);
  }

  @ParameterizedTest
  @CsvSource({"W4A16_G32, 3.12", "W3A16_G32, 3.50", "W2A16_G32, 7.5", "W4A8_G32, 3.14"})
  void theWholePipelineLeavesThemBehind(String scheme, double bar) throws IOException {
    assertTrue(
        perplexity("halftone", scheme, Propagation.FLOAT_TARGETS) <= bar, () -> rows.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"W4A16_G32", "W3A16_G32", "W2A16_G32"})
  void noRecipeIsWorseThanRounding(String scheme) throws IOException {
    double rtn = perplexity("rtn", scheme, Propagation.FLOAT_PREFIX);
    for (String recipe :
        new String[] {
          "hqq", "awq", "awq-gptq", "smoothquant-plus", "outlier-suppression-plus", "adaround"
        }) {
      double perplexity = perplexity(recipe, scheme, Propagation.FLOAT_PREFIX);
      assertTrue(perplexity <= rtn, () -> recipe + ": " + perplexity + " beside " + rtn);
    }
  }

  @Test
  void eightBitActivationsCostNextToNothing() throws IOException {
    assertTrue(perplexity("rtn", "W8A8", Propagation.FLOAT_PREFIX) <= 3.04);
    assertTrue(perplexity("smoothquant", "W8A8", Propagation.FLOAT_PREFIX) <= 3.04);
  }

  @Test
  void rotationsSaveFourBitActivations() throws IOException {
    double exact = table.measureFloat().perplexity();
    double plain = perplexity("gptq", "W4A4KV4_G32", Propagation.QUANTIZED_PREFIX) - exact;
    double turned = perplexity("quarot", "W4A4KV4_G32", Propagation.QUANTIZED_PREFIX) - exact;
    assertTrue(turned <= 0.6 * plain, () -> turned + " beside " + plain);
  }

  @ParameterizedTest
  @ValueSource(strings = {"KV4_WF", "KV4_R32"})
  void fourBitCachesCostNextToNothing(String cache) throws IOException {
    double perplexity = perplexity("rtn", cache, Propagation.FLOAT_PREFIX);
    assertTrue(perplexity <= 3.05, () -> cache + " " + perplexity);
  }

  /** One scale per token and head has no place for the channels in which keys are large. */
  @Test
  void cachesPerTokenGainFromTurnedKeys() throws IOException {
    double plain = perplexity("rtn", "KV4", Propagation.FLOAT_PREFIX);
    double turned = perplexity("quarot", "KV4", Propagation.FLOAT_PREFIX);
    assertTrue(turned < plain, () -> turned + " beside " + plain);
  }

  @Test
  void keysPerChannelStandTwoBitsBetterThanKeysPerToken() throws IOException {
    double tokens = perplexity("rtn", "KV2", Propagation.FLOAT_PREFIX);
    double channels = perplexity("rtn", "KV2_R32", Propagation.FLOAT_PREFIX);
    assertTrue(channels < tokens, () -> channels + " beside " + tokens);
  }
}
