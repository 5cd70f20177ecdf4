package io.halftone.quantizers.scaling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.spi.SiteTask;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.transform.Diagonal;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Identity;
import java.util.Arrays;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AwqScalingTest {
  private static final Compute COMPUTE = Compute.defaults();
  private static final AwqScaling AWQ = new AwqScaling(20, new MinMaxRounding());

  static Stream<Arguments> seedsAndSchemes() {
    return Stream.of("W4A16_G32", "W3A16_G32", "W2A16_G32", "W8A8")
        .flatMap(scheme -> LongStream.range(0, 10).mapToObj(seed -> Arguments.of(seed, scheme)));
  }

  private static double loss(SiteTask task, EquivalentTransform transform) {
    return TransformTrial.of(task, new MinMaxRounding()).loss(transform, COMPUTE);
  }

  @ParameterizedTest
  @MethodSource("seedsAndSchemes")
  void isNeverWorseOnCalibrationThanEveryCandidate(long seed, String scheme) {
    SiteTask task = SiteFixture.of(seed).task(Schemes.named(scheme));
    double chosen = loss(task, AWQ.fit(task, COMPUTE));
    assertTrue(chosen <= loss(task, new Identity(SiteFixture.CHANNELS)));
    assertTrue(chosen <= loss(task, new AwqScaling(5, new MinMaxRounding()).fit(task, COMPUTE)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"W4A16_G32", "W3A16_G32"})
  void halvesTheErrorWhenAFewChannelsDominate(String scheme) {
    SiteTask task = SiteFixture.of(1).task(Schemes.named(scheme));
    double plain = loss(task, new Identity(SiteFixture.CHANNELS));
    double scaled = loss(task, AWQ.fit(task, COMPUTE));
    assertTrue(scaled < 0.5 * plain, scaled + " against " + plain);
  }

  @Test
  void theFloatOutputStays() {
    SiteFixture fixture = SiteFixture.of(2);
    EquivalentTransform transform = AWQ.fit(fixture.task(Schemes.W4A16_G32), COMPUTE);
    assertTrue(transform instanceof Diagonal);
    fixture.weights().forEach(w -> Equivalence.assertSameOutput(fixture.x(), w, transform));
  }

  @Test
  void scalesAreCentredOnOne() {
    float[] factor = ChannelScales.activationAware(new float[] {1e-9f, 0.5f, 3, 200}, 0.7).factor();
    float largest = 0;
    float smallest = Float.POSITIVE_INFINITY;
    for (float f : factor) {
      largest = Math.max(largest, f);
      smallest = Math.min(smallest, f);
    }
    assertEquals(1, (double) largest * smallest, 1e-6);
  }

  @Test
  void silentChannelsAreNotScaled() {
    float[] factor = ChannelScales.activationAware(new float[] {0, 0.5f, 3, 200}, 0.7).factor();
    float[] others = ChannelScales.activationAware(new float[] {0.5f, 3, 200}, 0.7).factor();
    assertArrayEquals(new float[] {1, others[0], others[1], others[2]}, factor);
    float[] silent = ChannelScales.activationAware(new float[2], 0.7).factor();
    assertArrayEquals(new float[] {1, 1}, silent);
  }

  @Test
  void tiesGoToTheIdentity() {
    SiteFixture fixture = SiteFixture.of(3);
    FloatMatrix constant = FloatMatrix.zeros(fixture.x().rows(), SiteFixture.CHANNELS);
    Arrays.fill(constant.data(), 0.25f);
    SiteTask task = new SiteFixture(constant, fixture.weights()).task(Schemes.W4A16_G32);
    assertEquals(new Identity(SiteFixture.CHANNELS), AWQ.fit(task, COMPUTE));
  }

  @Test
  void oneRatioIsNoScaling() {
    SiteTask task = SiteFixture.of(4).task(Schemes.W4A16_G32);
    AwqScaling single = new AwqScaling(1, new MinMaxRounding());
    assertEquals(new Identity(SiteFixture.CHANNELS), single.fit(task, COMPUTE));
  }

  @Test
  void channelsWithoutInputAreKept() {
    SiteFixture fixture = SiteFixture.of(5);
    SiteFixture.scaleColumn(fixture.x(), 6, 0);
    EquivalentTransform transform = AWQ.fit(fixture.task(Schemes.W4A16_G32), COMPUTE);
    fixture.weights().forEach(w -> Equivalence.assertSameOutput(fixture.x(), w, transform));
  }

  @ParameterizedTest
  @ValueSource(strings = {"W3A16_G32", "W8A8"})
  void theObjectiveIsTheOutputErrorOfWhatRuns(String name) {
    LayerScheme scheme = Schemes.named(name);
    SiteFixture fixture = SiteFixture.of(6);
    SiteTask task = fixture.task(scheme);
    EquivalentTransform transform = ChannelScales.activationAware(meansOf(fixture.x()), 0.5);
    double expected = 0;
    for (int i = 0; i < fixture.weights().size(); i++) {
      FloatMatrix w = fixture.weights().get(i);
      QuantizedLinear layer =
          new MinMaxRounding()
              .quantize(task.linear(i).withWeight(transform.applyToWeight(w)), COMPUTE)
              .withOnline(transform);
      float[] got = layer.apply(fixture.x(), COMPUTE.algebra()).data();
      float[] exact = COMPUTE.algebra().multiplyTransposed(fixture.x(), w).data();
      for (int k = 0; k < exact.length; k++) {
        expected += (exact[k] - (double) got[k]) * (exact[k] - got[k]);
      }
    }
    assertEquals(expected, loss(task, transform), 1e-4 * expected);
  }

  @Test
  void threadsDoNotChangeABit() {
    SiteFixture fixture = SiteFixture.of(7);
    Diagonal[] results = new Diagonal[3];
    int[] threads = {1, 2, 5};
    for (int i = 0; i < threads.length; i++) {
      ForkJoinPool pool = new ForkJoinPool(threads[i]);
      try {
        Compute compute = Compute.on(pool, 0);
        results[i] = (Diagonal) AWQ.fit(fixture.task(Schemes.W3A16_G32, compute), compute);
      } finally {
        pool.shutdown();
      }
    }
    assertArrayEquals(results[0].factor(), results[1].factor());
    assertArrayEquals(results[0].factor(), results[2].factor());
  }

  @Test
  void namesTheChannelOfANonFiniteInput() {
    SiteFixture fixture = SiteFixture.of(8);
    fixture.x().set(9, 11, Float.NaN);
    SiteTask task = fixture.task(Schemes.W4A16_G32);
    QuantizationException e =
        assertThrows(QuantizationException.class, () -> AWQ.fit(task, COMPUTE));
    assertTrue(e.getMessage().contains("channel 11"), e.getMessage());
  }

  @Test
  void refusesNoRatios() {
    assertThrows(IllegalArgumentException.class, () -> new AwqScaling(0, new MinMaxRounding()));
  }

  private static float[] meansOf(FloatMatrix x) {
    float[] means = new float[x.cols()];
    for (int t = 0; t < x.rows(); t++) {
      for (int c = 0; c < means.length; c++) {
        means[c] += Math.abs(x.get(t, c)) / x.rows();
      }
    }
    return means;
  }
}
