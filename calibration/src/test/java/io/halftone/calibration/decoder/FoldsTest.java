package io.halftone.calibration.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.halftone.calibration.FittedSite;
import io.halftone.calibration.Placement;
import io.halftone.core.kernel.Compute;
import io.halftone.core.model.Absorbs;
import io.halftone.core.model.Activation;
import io.halftone.core.model.TransformSite;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.transform.Chain;
import io.halftone.core.transform.Diagonal;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Identity;
import io.halftone.core.transform.Shift;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Folded transforms do not change what a float model computes. */
class FoldsTest {
  private static final Compute COMPUTE = Compute.defaults();

  @TempDir Path directory;

  static Stream<Architecture> tables() {
    return ForwardPassTest.tables();
  }

  private static FittedSite random(TransformSite site, SplittableRandom random) {
    float[] factor = new float[site.size()];
    for (int c = 0; c < factor.length; c++) {
      factor[c] = (float) Math.exp(3 * random.nextDouble() - 1.5);
    }
    Placement placement = site.absorbs() == Absorbs.NOTHING ? Placement.NONE : Placement.FOLDED;
    return placement == Placement.NONE
        ? FittedSite.untouched(site)
        : new FittedSite(site, Chain.of(shift(site, random), new Diagonal(factor)), placement);
  }

  private static EquivalentTransform shift(TransformSite site, SplittableRandom random) {
    if (site.absorbs() != Absorbs.AFFINE) {
      return new Identity(site.size());
    }
    float[] offset = new float[site.size()];
    for (int c = 0; c < offset.length; c++) {
      offset[c] = (float) random.nextDouble(-1, 1);
    }
    return new Shift(offset);
  }

  private static Sublayer folded(Sublayer exact, SplittableRandom random) {
    return Folds.apply(
        exact,
        random(Folds.inputSite(exact), random),
        Folds.tied(exact, random(Folds.outputSite(exact), random)));
  }

  private static void assertSameFunction(Sublayer exact, Sublayer folded, FloatMatrix x) {
    FloatMatrix expected = x.copy();
    FloatMatrix got = x.copy();
    exact.advance(expected, new int[] {x.rows()}, COMPUTE);
    folded.advance(got, new int[] {x.rows()}, COMPUTE);
    float largest = 0;
    for (float value : expected.data()) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertArrayEquals(expected.data(), got.data(), 2e-6f * largest, exact.name());
  }

  @ParameterizedTest
  @MethodSource("tables")
  void everyArchitectureKeepsItsFunction(Architecture table) throws IOException {
    FloatDecoder model =
        FloatDecoder.of(
            ForwardPassTest.config(table, Activation.SILU),
            MemoryTensors.random(table, ForwardPassTest.config(table, Activation.SILU), 5));
    FloatMatrix x = model.embed(new TokenSequences(List.of(new int[] {1, 7, 3, 3, 12, 0, 9, 2})));
    SplittableRandom random = new SplittableRandom(7);
    for (Sublayer exact : model.block(1).sublayers()) {
      assertSameFunction(exact, folded(exact, random), x);
    }
  }

  @Test
  void theTrainedModelKeepsItsPerplexity() throws IOException {
    FloatDecoder model = TrainedModel.open(directory);
    ResidualStream stream = ResidualStream.of(model, TrainedModel.tokens(64, 66));
    SplittableRandom random = new SplittableRandom(8);
    for (int b = 0; b < model.config().blocks(); b++) {
      for (Sublayer exact : model.block(b).sublayers()) {
        stream.advance(folded(exact, random), COMPUTE);
      }
    }
    Head head = model.head();
    LanguageScore score = LanguageEvaluation.of(COMPUTE).score(head, stream, head, stream);
    LanguageScore expected =
        LanguageEvaluation.of(COMPUTE).score(model, TrainedModel.tokens(64, 66));
    assertEquals(expected.perplexity(), score.perplexity(), 1e-5);
  }

  @Test
  void headsThatShareValuesShareTheirFactors() throws IOException {
    Sublayer attention = TrainedModel.open(directory).block(0).attention();
    FittedSite fitted = random(Folds.outputSite(attention), new SplittableRandom(9));
    assertEquals(2, fitted.site().repeats());
    float[] before = ((Diagonal) fitted.transform()).factor();
    float[] factor = ((Diagonal) Folds.tied(attention, fitted).transform()).factor();
    int head = 32;
    assertNotEquals(before[0], before[head]);
    assertEquals(Math.sqrt(before[0] * before[head]), factor[0], 1e-6);
    for (int c = 0; c < head; c++) {
      assertEquals(factor[c], factor[head + c]);
      assertEquals(factor[2 * head + c], factor[3 * head + c]);
    }
  }

  @Test
  void whatIsNotFoldedStays() throws IOException {
    Sublayer exact = TrainedModel.open(directory).block(0).feedForward();
    FittedSite input = FittedSite.untouched(Folds.inputSite(exact));
    FittedSite output = FittedSite.untouched(Folds.outputSite(exact));
    assertSame(exact, Folds.apply(exact, input, output));
  }
}
