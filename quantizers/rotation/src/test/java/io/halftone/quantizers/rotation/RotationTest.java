package io.halftone.quantizers.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.Compute;
import io.halftone.core.model.Absorbs;
import io.halftone.core.model.SiteRole;
import io.halftone.core.model.TransformSite;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.spi.SiteTask;
import io.halftone.core.spi.TransformFitter;
import io.halftone.core.stats.StatisticsView;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Kronecker;
import io.halftone.quantizers.rotation.HadamardRotation.Mixing;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RotationTest {
  private static final Compute COMPUTE = Compute.defaults();
  private static final List<SiteRole> ALL = List.of(SiteRole.values());

  static Stream<TransformFitter> rotations() {
    return Stream.of(new HadamardRotation(ALL, Mixing.APART), new RandomRotation(ALL));
  }

  private static TransformSite site(SiteRole role, int size, int heads) {
    return new TransformSite("x", size, List.of("y"), List.of(), Absorbs.ANY, 1, role, heads);
  }

  private static SiteTask task(SiteRole role, int heads) {
    return new SiteTask(site(role, 48, heads), List.of(), Schemes.W4A16_G32, StatisticsView.NONE);
  }

  /** One channel that is far larger than the others is spread over all, its energy kept. */
  @ParameterizedTest
  @MethodSource("rotations")
  void anOutlierIsSpread(TransformFitter rotation) {
    FloatMatrix x = FloatMatrix.zeros(1, 48);
    x.set(0, 5, 100);
    for (EquivalentTransform fitted :
        List.of(
            rotation.fit(task(SiteRole.INNER, 1), COMPUTE),
            rotation.fitUnseen(site(SiteRole.STREAM, 48, 1), COMPUTE))) {
      float[] spread = fitted.applyToInput(x).data();
      double energy = 0;
      float largest = 0;
      for (float value : spread) {
        energy += (double) value * value;
        largest = Math.max(largest, Math.abs(value));
      }
      assertEquals(10_000, energy, 0.1);
      assertTrue(largest < 50, () -> "largest " + rotation);
    }
  }

  /** Heads stay apart where a site has heads. */
  @ParameterizedTest
  @MethodSource("rotations")
  void headsStayApart(TransformFitter rotation) {
    EquivalentTransform fitted = rotation.fit(task(SiteRole.VALUES, 4), COMPUTE);
    assertTrue(((Kronecker) fitted).left().isIdentity());
    FloatMatrix x = FloatMatrix.zeros(1, 48);
    x.set(0, 13, 1);
    float[] turned = fitted.applyToInput(x).data();
    for (int c = 0; c < 48; c++) {
      assertEquals(c >= 12 && c < 24, turned[c] != 0, "channel " + c);
    }
  }

  /** An outlier of one head reaches the channels of all. */
  @Test
  void headsAreMixedWhereAsked() {
    TransformFitter rotation = new HadamardRotation(List.of(SiteRole.VALUES), Mixing.TOGETHER);
    EquivalentTransform fitted = rotation.fit(task(SiteRole.VALUES, 4), COMPUTE);
    FloatMatrix x = FloatMatrix.zeros(1, 48);
    x.set(0, 13, 1);
    for (float value : fitted.applyToInput(x).data()) {
      assertEquals(1 / Math.sqrt(48), Math.abs(value), 1e-6);
    }
  }

  @ParameterizedTest
  @MethodSource("rotations")
  void theSeedDecides(TransformFitter rotation) {
    TransformSite stream = site(SiteRole.STREAM, 48, 1);
    FloatMatrix x = FloatMatrix.zeros(1, 48);
    x.set(0, 5, 100);
    Compute other = new Compute(COMPUTE.kernels(), COMPUTE.algebra(), COMPUTE.pool(), 1);
    float first = rotation.fitUnseen(stream, COMPUTE).applyToInput(x).get(0, 1);
    assertEquals(first, rotation.fitUnseen(stream, COMPUTE).applyToInput(x).get(0, 1));
    FloatMatrix y = FloatMatrix.wrap(new float[48], 1, 48);
    Arrays.fill(y.data(), 1);
    assertTrue(
        rotation.fitUnseen(stream, COMPUTE).applyToInput(y).get(0, 0)
            != rotation.fitUnseen(stream, other).applyToInput(y).get(0, 0));
  }

  @Test
  void sitesThatAreNotNamedKeepTheirBasis() {
    for (TransformFitter rotation :
        List.of(new HadamardRotation(List.of(), Mixing.TOGETHER), new RandomRotation(List.of()))) {
      assertTrue(rotation.fit(task(SiteRole.INNER, 1), COMPUTE).isIdentity());
      assertTrue(rotation.fitUnseen(site(SiteRole.STREAM, 48, 1), COMPUTE).isIdentity());
    }
    SiteTask normed = task(SiteRole.NORMED, 1);
    assertTrue(HadamardRotation.everywhere().fit(normed, COMPUTE).isIdentity());
  }

  @Test
  void ordersWithoutAMatrixAreRefused() {
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> HadamardRotation.everywhere().fitUnseen(site(SiteRole.STREAM, 92, 1), COMPUTE));
    assertTrue(refusal.getMessage().contains("92"), refusal.getMessage());
  }
}
