package io.halftone.quantizers.scaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.Compute;
import io.halftone.core.model.Absorbs;
import io.halftone.core.model.SiteRole;
import io.halftone.core.model.TransformSite;
import io.halftone.core.report.Reports;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.spi.SiteTask;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.transform.Chain;
import io.halftone.core.transform.Diagonal;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Identity;
import io.halftone.core.transform.Shift;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShiftScalingTest {
  private static final Compute COMPUTE = Compute.defaults();
  private static final ShiftScaling FITTER = new ShiftScaling(20, new MinMaxRounding());

  /** A site whose channels lie off zero, by up to three of their deviations. */
  private static SiteTask site(long seed, Absorbs absorbs, String scheme) {
    SiteFixture fixture = SiteFixture.of(seed);
    FloatMatrix x = fixture.x();
    for (int c = 0; c < x.cols(); c++) {
      float offset = (c % 7 - 3) * 20;
      for (int t = 0; t < x.rows(); t++) {
        x.set(t, c, x.get(t, c) + offset);
      }
    }
    LayerScheme layers = Schemes.named(scheme);
    SiteTask isolated = fixture.task(layers);
    TransformSite site =
        new TransformSite(
            "site",
            SiteFixture.CHANNELS,
            isolated.site().consumers(),
            List.of("norm"),
            absorbs,
            1,
            SiteRole.NORMED,
            1);
    return new SiteTask(site, isolated.weights(), layers, isolated.stats());
  }

  private static double loss(SiteTask task, EquivalentTransform transform) {
    return TransformTrial.onSample(task, new MinMaxRounding()).loss(transform, COMPUTE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"W4A16_G32", "W4A8_G32", "W8A8", "W4A4_G32"})
  void isNeverWorseOnSampledTokensThanNothing(String scheme) {
    for (long seed = 0; seed < 4; seed++) {
      SiteTask task = site(seed, Absorbs.AFFINE, scheme);
      double chosen = loss(task, FITTER.fit(task, COMPUTE));
      assertTrue(chosen <= loss(task, new Identity(SiteFixture.CHANNELS)), "seed " + seed);
    }
  }

  /** One scale per token has no place for offsets of channels. */
  @Test
  void centredChannelsLoseLessThanSmoothedOnes() {
    for (long seed = 0; seed < 4; seed++) {
      SiteTask shifted = site(seed, Absorbs.AFFINE, "W8A8");
      SiteTask scaled = site(seed, Absorbs.DIAGONAL, "W8A8");
      double both = loss(shifted, FITTER.fit(shifted, COMPUTE));
      double scales = loss(scaled, FITTER.fit(scaled, COMPUTE));
      assertTrue(both < 0.7 * scales, "seed " + seed + ": " + both + " beside " + scales);
    }
  }

  @Test
  void rangesAreSymmetricAndNoneReachesBeyondTheThreshold() {
    SiteTask task = site(5, Absorbs.AFFINE, "W4A4_G32");
    Chain fitted = (Chain) FITTER.fit(task, COMPUTE);
    Shift shift = (Shift) fitted.steps().get(0);
    Diagonal scale = (Diagonal) fitted.steps().get(1);
    FloatMatrix x = task.stats().get(Reports.SAMPLE).x();
    FloatMatrix centred = shift.applyToInput(x);
    FloatMatrix moved = scale.applyToInput(centred);
    float threshold = SiteFixture.columnMaxima(List.of(moved))[0];
    for (float maximum : SiteFixture.columnMaxima(List.of(moved))) {
      threshold = Math.max(threshold, maximum);
    }
    for (int c = 0; c < x.cols(); c++) {
      float low = Float.POSITIVE_INFINITY;
      float high = Float.NEGATIVE_INFINITY;
      for (int t = 0; t < x.rows(); t++) {
        low = Math.min(low, centred.get(t, c));
        high = Math.max(high, centred.get(t, c));
      }
      assertEquals(-low, high, 1e-5 * high, "channel " + c);
      assertEquals(Math.min(1, threshold / high), scale.factor()[c], 1e-5, "channel " + c);
    }
  }

  @Test
  void channelsAreOnlyShiftedWhereSomethingTakesTheOffset() {
    EquivalentTransform fitted = FITTER.fit(site(5, Absorbs.DIAGONAL, "W4A4_G32"), COMPUTE);
    assertTrue(fitted.isLinear(), fitted.toString());
    assertTrue(fitted instanceof Diagonal, fitted.toString());
  }

  @Test
  void refusesNoStepsAndNamesBadChannels() {
    assertThrows(IllegalArgumentException.class, () -> new ShiftScaling(0, new MinMaxRounding()));
    SiteFixture fixture = SiteFixture.of(1);
    Arrays.fill(fixture.x().data(), Float.MAX_VALUE);
    fixture.x().set(0, 3, Float.POSITIVE_INFINITY);
    assertThrows(
        QuantizationException.class,
        () -> FITTER.fit(fixture.task(Schemes.named("W8A8")), COMPUTE));
  }
}
