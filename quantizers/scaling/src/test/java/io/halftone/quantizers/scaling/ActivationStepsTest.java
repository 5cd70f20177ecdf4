package io.halftone.quantizers.scaling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.format.Formats;
import io.halftone.core.kernel.Compute;
import io.halftone.core.model.Absorbs;
import io.halftone.core.model.SiteRole;
import io.halftone.core.model.TransformSite;
import io.halftone.core.quantized.InputRounding;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.Timing;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.spi.SiteTask;
import io.halftone.core.spi.TransformFitter;
import io.halftone.core.stats.ActivationBatch;
import io.halftone.core.stats.CollectedStatistics;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.transform.Diagonal;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Hadamard;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Steps of activations that go into the weights. */
class ActivationStepsTest {
  private static final Compute COMPUTE = Compute.defaults();
  private final SiteFixture fixture = SiteFixture.of(1);

  private static LayerScheme fixed(Granularity cells) {
    return new LayerScheme(
        Schemes.W8A8.weight(),
        new TensorScheme(
            Formats.INT8, cells, Schemes.A8_PER_TOKEN.scale(), ZeroPoint.NONE, Timing.STATIC));
  }

  private double inputError(TransformFitter fitter, LayerScheme scheme) {
    EquivalentTransform transform = fitter.fit(fixture.task(scheme), COMPUTE);
    FloatMatrix turned = transform.applyToInput(fixture.x());
    FloatMatrix back =
        transform.inverse().applyToInput(InputRounding.apply(scheme.input(), turned));
    double error = 0;
    for (int i = 0; i < back.data().length; i++) {
      double difference = back.data()[i] - fixture.x().data()[i];
      error += difference * difference;
    }
    return error;
  }

  /** Every channel's largest value becomes the last code, and all come back within half a step. */
  @Test
  void channelsHaveTheirOwnSteps() {
    LayerScheme scheme = fixed(new Granularity.PerColumn());
    Diagonal fitted = (Diagonal) new StaticSteps().fit(fixture.task(scheme), COMPUTE);
    FloatMatrix turned = fitted.applyToInput(fixture.x());
    float[] maxima = SiteFixture.columnMaxima(List.of(turned));
    FloatMatrix rounded = InputRounding.apply(scheme.input(), turned);
    for (int c = 0; c < maxima.length; c++) {
      assertEquals(127, maxima[c], 1e-3);
      for (int t = 0; t < turned.rows(); t++) {
        assertEquals(turned.get(t, c), rounded.get(t, c), 0.5001f);
      }
    }
    assertTrue(
        inputError(new StaticSteps(), scheme)
            < inputError(new StaticSteps(), fixed(new Granularity.PerTensor())) / 10);
  }

  @Test
  void oneStepServesAllWhereTheSchemeSaysSo() {
    Diagonal fitted =
        (Diagonal) new StaticSteps().fit(fixture.task(fixed(new Granularity.PerTensor())), COMPUTE);
    for (float factor : fitted.factor()) {
      assertEquals(fitted.factor()[0], factor);
    }
  }

  /** Heads that read the same values share the step of the largest. */
  @Test
  void sharedChannelsShareTheirStep() {
    TransformSite site =
        new TransformSite(
            "x", 8, List.of("y"), List.of("v"), Absorbs.PER_HEAD, 2, SiteRole.VALUES, 4);
    float[] row = {1, 2, 5, 0.5f, 3, 3, 9, 1};
    LayerScheme scheme = fixed(new Granularity.PerColumn());
    StaticSteps steps = new StaticSteps();
    SiteTask task =
        new SiteTask(
            site,
            List.of(FloatMatrix.zeros(1, 8)),
            scheme,
            CollectedStatistics.of(
                ActivationBatch.of(FloatMatrix.wrap(row, 1, 8)), steps.requires(), COMPUTE));
    float[] factor = ((Diagonal) steps.fit(task, COMPUTE)).factor();
    float[] shared = {5, 2, 5, 2, 9, 3, 9, 3};
    for (int c = 0; c < 8; c++) {
      assertEquals(127 / shared[c], factor[c], 1e-4, "channel " + c);
    }
  }

  /** A rotation in front mixes channels, so that nobody knows their range. */
  @Test
  void unknownRangesAreRefused() {
    SiteTask task = fixture.task(fixed(new Granularity.PerTensor()));
    float[] signs = new float[task.site().size()];
    Arrays.fill(signs, 1);
    SiteTask turned =
        new SiteTask(
            task.site(),
            task.weights(),
            task.scheme(),
            task.stats().under(new Hadamard(signs, Hadamard.Direction.FORWARD)));
    QuantizationException refused =
        assertThrows(QuantizationException.class, () -> new StaticSteps().fit(turned, COMPUTE));
    assertTrue(refused.getMessage().contains(task.site().id()), refused::getMessage);
    assertTrue(refused.getMessage().contains("mixes or shifts"), refused::getMessage);
  }

  /** A search in front of the steps must not round inputs that are not in steps yet. */
  @Test
  void searchesMeasureStaticInputsAsFloat() {
    LayerScheme fixed = fixed(new Granularity.PerTensor());
    LayerScheme floats = new LayerScheme(fixed.weight(), Schemes.FULL);
    TransformFitter awq = new AwqScaling(20, new MinMaxRounding());
    assertArrayEquals(
        ((Diagonal) awq.fit(fixture.task(floats), COMPUTE)).factor(),
        ((Diagonal) awq.fit(fixture.task(fixed), COMPUTE)).factor());
  }

  @Test
  void dynamicInputsKeepTheirBasis() {
    assertTrue(new StaticSteps().fit(fixture.task(Schemes.W8A8), COMPUTE).isIdentity());
    assertTrue(new StaticSteps().fit(fixture.task(Schemes.W4A16_G32), COMPUTE).isIdentity());
  }

  /** Loud channels do not coarsen the others' steps any more; at 1 they do as before. */
  @Test
  void crossScalingSparesQuietChannels() {
    double cross = inputError(new CrossScaling(0.15), Schemes.W8A8);
    double perToken = inputError(new CrossScaling(1), Schemes.W8A8);
    assertTrue(cross < perToken / 3, cross + " beside " + perToken);
    assertThrows(IllegalArgumentException.class, () -> new CrossScaling(1.5));
  }
}
