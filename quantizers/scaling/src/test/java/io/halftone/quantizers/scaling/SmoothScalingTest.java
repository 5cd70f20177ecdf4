package io.halftone.quantizers.scaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.Compute;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.transform.Diagonal;
import io.halftone.core.transform.EquivalentTransform;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SmoothScalingTest {
  private final SiteFixture fixture = SiteFixture.of(1);

  private EquivalentTransform fit(double alpha) {
    return new SmoothScaling(alpha).fit(fixture.task(Schemes.W8A8), Compute.defaults());
  }

  private float[] inputMaxima(EquivalentTransform transform) {
    return SiteFixture.columnMaxima(List.of(transform.applyToInput(fixture.x())));
  }

  private float[] weightMaxima(EquivalentTransform transform) {
    return SiteFixture.columnMaxima(
        fixture.weights().stream().map(transform::applyToWeight).toList());
  }

  private static void assertAllOne(float[] maxima) {
    for (int c = 0; c < maxima.length; c++) {
      assertEquals(1, maxima[c], 1e-6, "channel " + c);
    }
  }

  @Test
  void halfStrengthMakesInputAndWeightMaximaEqual() {
    EquivalentTransform transform = fit(0.5);
    float[] inputs = inputMaxima(transform);
    float[] weights = weightMaxima(transform);
    for (int c = 0; c < inputs.length; c++) {
      assertEquals(inputs[c], weights[c], 1e-6 * inputs[c], "channel " + c);
    }
  }

  @Test
  void fullStrengthMakesInputMaximaOne() {
    assertAllOne(inputMaxima(fit(1)));
  }

  @Test
  void zeroStrengthMakesWeightMaximaOne() {
    assertAllOne(weightMaxima(fit(0)));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.25, 0.5, 0.85, 1})
  void theFloatOutputStays(double alpha) {
    EquivalentTransform transform = fit(alpha);
    for (FloatMatrix w : fixture.weights()) {
      Equivalence.assertSameOutput(fixture.x(), w, transform);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 1})
  void channelsThatAreZeroEverywhereKeepAUsableScale(double alpha) {
    SiteFixture.scaleColumn(fixture.x(), 5, 0);
    fixture.weights().forEach(w -> SiteFixture.scaleColumn(w, 5, 0));
    EquivalentTransform transform = fit(alpha);
    assertEquals(0, inputMaxima(transform)[5]);
    assertEquals(0, weightMaxima(transform)[5]);
  }

  @Test
  void silentChannelsAreNotScaled() {
    SiteFixture.scaleColumn(fixture.x(), 5, 0);
    assertEquals(1, ((Diagonal) fit(0.5)).factor()[5]);
  }

  @Test
  void namesTheLayerAndPlaceOfANonFiniteWeight() {
    fixture.weights().get(1).set(3, 7, Float.NaN);
    QuantizationException e = assertThrows(QuantizationException.class, () -> fit(0.5));
    assertTrue(e.getMessage().contains("second"), e.getMessage());
    assertTrue(e.getMessage().contains("row 3, column 7"), e.getMessage());
  }

  @Test
  void namesTheChannelOfANonFiniteInput() {
    fixture.x().set(9, 11, Float.POSITIVE_INFINITY);
    QuantizationException e = assertThrows(QuantizationException.class, () -> fit(0.5));
    assertTrue(e.getMessage().contains("channel 11"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
  void refusesAStrengthOutsideTheUnitInterval(double alpha) {
    assertThrows(IllegalArgumentException.class, () -> new SmoothScaling(alpha));
  }
}
