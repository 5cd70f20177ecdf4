package io.halftone.quantizers.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.Compute;
import io.halftone.core.model.Absorbs;
import io.halftone.core.model.SiteRole;
import io.halftone.core.model.TransformSite;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.spi.SiteTask;
import io.halftone.core.stats.ActivationBatch;
import io.halftone.core.stats.CollectedStatistics;
import io.halftone.core.stats.Statistics;
import io.halftone.core.stats.StatisticsView;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Hadamard;
import io.halftone.core.transform.Kronecker;
import io.halftone.testkit.TransformContract;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KltRotationTest extends TransformContract {
  private static final Compute COMPUTE = Compute.defaults();
  private static final int SIZE = 48;

  @Override
  protected EquivalentTransform transform() {
    return fitted(stats(), 1);
  }

  /** Correlated channels of very different size. */
  private static FloatMatrix inputs() {
    Random random = new Random(20260917);
    FloatMatrix x = FloatMatrix.zeros(600, SIZE);
    for (int t = 0; t < x.rows(); t++) {
      double shared = random.nextGaussian();
      for (int c = 0; c < SIZE; c++) {
        x.set(t, c, (float) ((shared + random.nextGaussian()) * StrictMath.exp(c / 12.0)));
      }
    }
    return x;
  }

  private static StatisticsView stats() {
    return statsOf(inputs());
  }

  private static StatisticsView statsOf(FloatMatrix x) {
    return CollectedStatistics.zero(Set.of(Statistics.GRAM), SIZE)
        .add(ActivationBatch.of(x), COMPUTE);
  }

  private static EquivalentTransform fitted(StatisticsView stats, int heads) {
    SiteRole role = heads == 1 ? SiteRole.INNER : SiteRole.VALUES;
    TransformSite site =
        new TransformSite("x", SIZE, List.of("y"), List.of(), Absorbs.ANY, 1, role, heads);
    return new KltRotation(List.of(role))
        .fit(new SiteTask(site, List.of(), Schemes.W8A8, stats), COMPUTE);
  }

  /** Largest mean square of a channel over the smallest, on the calibration tokens. */
  private static double spread(EquivalentTransform transform) {
    SquareMatrix gram = transform.applyToGram(stats().get(Statistics.GRAM).sum());
    double least = Double.POSITIVE_INFINITY;
    double most = 0;
    for (int c = 0; c < SIZE; c++) {
      least = Math.min(least, gram.get(c, c));
      most = Math.max(most, gram.get(c, c));
    }
    return most / least;
  }

  /** Which a Hadamard matrix alone does not achieve. */
  @Test
  void allChannelsGetTheSameMeanSquare() {
    assertEquals(1, spread(fitted(stats(), 1)), 1e-3);
    assertTrue(spread(Hadamard.of(SIZE)) > 1.5);
  }

  @Test
  void headsStayApart() {
    Kronecker fitted = (Kronecker) fitted(stats(), 4);
    assertTrue(fitted.left().isIdentity());
    assertEquals(4, fitted.left().sizeIn());
  }

  @Test
  void sitesThatAreNotNamedKeepTheirBasis() {
    TransformSite site =
        new TransformSite("x", SIZE, List.of("y"), List.of(), Absorbs.ANY, 1, SiteRole.NORMED, 1);
    SiteTask task = new SiteTask(site, List.of(), Schemes.W8A8, StatisticsView.NONE);
    assertTrue(new KltRotation(List.of(SiteRole.INNER)).fit(task, COMPUTE).isIdentity());
  }

  @Test
  void momentsThatAreNotFiniteAreRefused() {
    FloatMatrix x = FloatMatrix.zeros(1, SIZE);
    x.set(0, 3, Float.POSITIVE_INFINITY);
    StatisticsView broken = statsOf(x);
    QuantizationException refusal =
        assertThrows(QuantizationException.class, () -> fitted(broken, 1));
    assertTrue(refusal.getMessage().contains("mean square"), refusal.getMessage());
  }
}
