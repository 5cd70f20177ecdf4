package io.halftone.quantizers.scaling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.Compute;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.spi.SiteTask;
import io.halftone.core.transform.Diagonal;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Identity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SmoothQuantPlusTest {
  private static final Compute COMPUTE = Compute.defaults();
  private static final SmoothQuantPlus PLUS = new SmoothQuantPlus(20, new MinMaxRounding());

  private static List<SiteTask> sites(LayerScheme scheme, long firstSeed) {
    return LongStream.range(firstSeed, firstSeed + 3)
        .mapToObj(seed -> SiteFixture.of(seed).task(scheme))
        .toList();
  }

  /** The sum of the sites' errors relative to those without smoothing. */
  private static double loss(List<SiteTask> tasks, List<EquivalentTransform> transforms) {
    List<EquivalentTransform> plain = identities(tasks);
    double loss = 0;
    for (int i = 0; i < tasks.size(); i++) {
      TransformTrial trial = TransformTrial.of(tasks.get(i), new MinMaxRounding());
      loss += trial.loss(transforms.get(i), COMPUTE) / trial.loss(plain.get(i), COMPUTE);
    }
    return loss;
  }

  private static List<EquivalentTransform> identities(List<SiteTask> tasks) {
    return tasks.stream()
        .<EquivalentTransform>map(t -> new Identity(SiteFixture.CHANNELS))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"W4A16_G32", "W3A16_G32", "W2A16_G32", "W8A8"})
  void isNeverWorseOnCalibrationThanNoSmoothing(String scheme) {
    for (long seed = 0; seed < 12; seed += 3) {
      List<SiteTask> tasks = sites(Schemes.named(scheme), seed);
      double chosen = loss(tasks, PLUS.fitAll(tasks, COMPUTE));
      assertTrue(chosen <= loss(tasks, identities(tasks)), "seeds from " + seed);
    }
  }

  @Test
  void smoothsWhereAFewChannelsDominate() {
    List<SiteTask> tasks = sites(Schemes.W4A16_G32, 1);
    assertTrue(loss(tasks, PLUS.fitAll(tasks, COMPUTE)) < 0.7 * loss(tasks, identities(tasks)));
  }

  @Test
  void allSitesShareOneStrength() {
    List<SiteTask> tasks = sites(Schemes.W4A16_G32, 1);
    List<EquivalentTransform> fitted = PLUS.fitAll(tasks, COMPUTE);
    long matching =
        LongStream.rangeClosed(0, 20)
            .filter(step -> isSmoothing(tasks, fitted, step / 20.0))
            .count();
    assertEquals(1, matching);
  }

  private static boolean isSmoothing(
      List<SiteTask> tasks, List<EquivalentTransform> fitted, double alpha) {
    for (int i = 0; i < tasks.size(); i++) {
      Diagonal expected = (Diagonal) new SmoothScaling(alpha).fit(tasks.get(i), COMPUTE);
      if (!Arrays.equals(expected.factor(), ((Diagonal) fitted.get(i)).factor())) {
        return false;
      }
    }
    return true;
  }

  @Test
  void searchingEachSiteAloneIsAtLeastAsGood() {
    List<SiteTask> tasks = sites(Schemes.W3A16_G32, 4);
    List<EquivalentTransform> alone = tasks.stream().map(task -> PLUS.fit(task, COMPUTE)).toList();
    assertTrue(loss(tasks, alone) <= loss(tasks, PLUS.fitAll(tasks, COMPUTE)));
  }

  @Test
  void aSiteWithLargeOutputsDoesNotDecideForTheOthers() {
    SiteFixture loud = SiteFixture.of(7);
    Random random = new Random(7);
    for (int i = 0; i < loud.x().data().length; i++) {
      loud.x().data()[i] = 1000 * (float) random.nextGaussian();
    }
    List<SiteTask> mixed = new ArrayList<>(sites(Schemes.W4A16_G32, 1));
    mixed.add(loud.task(Schemes.W4A16_G32));
    double chosen = loss(mixed, PLUS.fitAll(mixed, COMPUTE));
    assertTrue(chosen < loss(mixed, identities(mixed)));
    for (int step = 0; step <= 20; step++) {
      SmoothScaling candidate = new SmoothScaling(step / 20.0);
      double other = loss(mixed, mixed.stream().map(t -> candidate.fit(t, COMPUTE)).toList());
      assertTrue(chosen <= other, () -> chosen + " beside " + other + " of " + candidate);
    }
  }

  @Test
  void losingToTheIdentityGivesTheIdentity() {
    SiteFixture plain = SiteFixture.of(1);
    Arrays.fill(plain.x().data(), 0);
    SiteTask task = plain.task(Schemes.W4A16_G32);
    assertEquals(identities(List.of(task)), PLUS.fitAll(List.of(task), COMPUTE));
  }

  @Test
  void aSingleSiteIsAModelOfOne() {
    SiteTask task = SiteFixture.of(9).task(Schemes.W4A16_G32);
    Diagonal single = (Diagonal) PLUS.fit(task, COMPUTE);
    Diagonal all = (Diagonal) PLUS.fitAll(List.of(task), COMPUTE).get(0);
    assertArrayEquals(all.factor(), single.factor());
  }

  @Test
  void refusesNoSteps() {
    assertThrows(
        IllegalArgumentException.class, () -> new SmoothQuantPlus(0, new MinMaxRounding()));
  }
}
