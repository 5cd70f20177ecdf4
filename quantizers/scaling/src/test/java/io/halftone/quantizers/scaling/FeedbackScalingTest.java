package io.halftone.quantizers.scaling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.Compute;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.spi.SiteTask;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.transform.Diagonal;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Identity;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FeedbackScalingTest {
  private static final Compute COMPUTE = Compute.defaults();
  private static final int IN = SiteFixture.CHANNELS;
  private static final FeedbackScaling SCALING = new FeedbackScaling(0.03, 6, new MinMaxRounding());

  /** The quantity that is to be lowered, straight from its definition. */
  private static double expectedError(SiteTask task, double[] importance, float[] factor, int set) {
    double total = 0;
    for (int from = 0; from < IN; from += set) {
      double squares = 0;
      double noise = 0;
      for (int j = from; j < from + set; j++) {
        noise += importance[j] * factor[j] * factor[j];
      }
      for (FloatMatrix w : task.weights()) {
        for (int r = 0; r < w.rows(); r++) {
          double high = 0;
          double low = 0;
          for (int j = from; j < from + set; j++) {
            high = Math.max(high, w.get(r, j) / factor[j]);
            low = Math.min(low, w.get(r, j) / factor[j]);
          }
          squares += (high - low) * (high - low);
        }
      }
      total += squares * noise;
    }
    return total;
  }

  private static double[] importance() {
    double[] importance = new double[IN];
    for (int j = 0; j < IN; j++) {
      importance[j] = StrictMath.exp(j % 7);
    }
    return importance;
  }

  @Test
  void everySweepLowersTheExpectedError() {
    SiteTask task = SiteFixture.of(1).task(Schemes.W4A16_G32);
    float[] ones = new float[IN];
    Arrays.fill(ones, 1);
    double before = expectedError(task, importance(), ones, 32);
    for (int sweeps = 1; sweeps <= 6; sweeps++) {
      float[] factor = RangeDescent.of(task, importance()).run(sweeps, COMPUTE).factor();
      double after = expectedError(task, importance(), factor, 32);
      assertTrue(after <= before * (1 + 1e-6), sweeps + " sweeps: " + after + " after " + before);
      before = after;
    }
  }

  @Test
  void theDescentEndsWellBelowItsStart() {
    SiteTask task = SiteFixture.of(1).task(Schemes.W4A16_G32);
    float[] ones = new float[IN];
    Arrays.fill(ones, 1);
    float[] factor = RangeDescent.of(task, importance()).run(6, COMPUTE).factor();
    double start = expectedError(task, importance(), ones, 32);
    assertTrue(expectedError(task, importance(), factor, 32) < 0.8 * start);
  }

  @Test
  void scalesOfEachSetOfColumnsHaveGeometricMeanOne() {
    SiteTask task = SiteFixture.of(2).task(Schemes.W4A16_G32);
    float[] factor = RangeDescent.of(task, importance()).run(4, COMPUTE).factor();
    for (int from = 0; from < IN; from += 32) {
      double sum = 0;
      for (int j = from; j < from + 32; j++) {
        sum += StrictMath.log(factor[j]);
      }
      assertEquals(0, sum / 32, 1e-6);
    }
  }

  @ParameterizedTest
  @CsvSource({"W4A16_G32", "W3A16_G32", "W2A16_G32", "W4A16", "W8A8"})
  void isNeverWorseThanNoScaling(String scheme) {
    for (long seed = 0; seed < 8; seed++) {
      SiteTask task = SiteFixture.of(seed).task(Schemes.named(scheme));
      TransformTrial trial = TransformTrial.of(task, new MinMaxRounding());
      double scaled = trial.loss(SCALING.fit(task, COMPUTE), COMPUTE);
      assertTrue(scaled <= trial.loss(new Identity(IN), COMPUTE), "seed " + seed);
    }
  }

  @Test
  void theFloatOutputStays() {
    SiteFixture fixture = SiteFixture.of(1);
    EquivalentTransform transform = SCALING.fit(fixture.task(Schemes.W4A16_G32), COMPUTE);
    assertTrue(transform instanceof Diagonal);
    fixture.weights().forEach(w -> Equivalence.assertSameOutput(fixture.x(), w, transform));
  }

  @Test
  void channelsWithoutInputAndColumnsOfZerosAreKept() {
    SiteFixture fixture = SiteFixture.of(3);
    SiteFixture.scaleColumn(fixture.x(), 4, 0);
    fixture.weights().forEach(w -> SiteFixture.scaleColumn(w, 9, 0));
    EquivalentTransform transform = SCALING.fit(fixture.task(Schemes.W4A16_G32), COMPUTE);
    fixture.weights().forEach(w -> Equivalence.assertSameOutput(fixture.x(), w, transform));
  }

  @Test
  void aSiteThatNeverFiresKeepsItsBasis() {
    SiteFixture fixture = SiteFixture.of(3);
    Arrays.fill(fixture.x().data(), 0);
    SiteTask task = fixture.task(Schemes.W4A16_G32);
    assertTrue(SCALING.fit(task, COMPUTE).isIdentity());
  }

  @Test
  void threadsDoNotChangeABit() {
    SiteTask task = SiteFixture.of(5).task(Schemes.W4A16_G32);
    ForkJoinPool pool = new ForkJoinPool(3);
    try {
      float[] several = RangeDescent.of(task, importance()).run(6, Compute.on(pool, 0)).factor();
      ForkJoinPool one = new ForkJoinPool(1);
      float[] single = RangeDescent.of(task, importance()).run(6, Compute.on(one, 0)).factor();
      one.shutdown();
      assertArrayEquals(single, several);
    } finally {
      pool.shutdown();
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, 1.5, Double.NaN})
  void refusesDampingOutsideTheUnitInterval(double damping) {
    assertThrows(
        IllegalArgumentException.class,
        () -> new FeedbackScaling(damping, 6, new MinMaxRounding()));
  }

  @Test
  void refusesNoSweeps() {
    assertThrows(
        IllegalArgumentException.class, () -> new FeedbackScaling(0.03, 0, new MinMaxRounding()));
  }

  @Test
  void partsAreNamed() {
    assertEquals(
        List.of(
            SmoothScaling.class,
            AwqScaling.class,
            SmoothQuantPlus.class,
            FeedbackScaling.class,
            StaticSteps.class,
            CrossScaling.class,
            ShiftScaling.class),
        new ScalingParts().parts());
  }
}
