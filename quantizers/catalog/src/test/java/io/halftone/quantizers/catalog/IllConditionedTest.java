package io.halftone.quantizers.catalog;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Outcome;
import io.halftone.core.recipe.Recipe;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.testkit.Fixtures;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Inputs that leave the Gram matrix singular or nearly so: every method that minimises the output
 * error ends, says how, and is not worse on the calibration tokens than rounding to nearest.
 */
class IllConditionedTest {
  private static final Compute COMPUTE = Compute.defaults();
  private static final int TOKENS = 400;
  private static final int IN = 128;
  private static final int OUT = 24;

  /**
   * Made to flatten inputs that are quantized, too, and held to rounding to nearest of both: with
   * float inputs crossquant is worse for duplicate channels, quarot for a loud one.
   */
  private static final Set<String> FOR_QUANTIZED_INPUTS = Set.of("crossquant", "quarot");

  /** Ways to spoil [tokens, in] inputs. */
  enum Inputs {
    FEWER_TOKENS_THAN_CHANNELS {
      @Override
      FloatMatrix spoil(FloatMatrix x) {
        return x.rows(0, IN / 4);
      }
    },
    ONE_TOKEN {
      @Override
      FloatMatrix spoil(FloatMatrix x) {
        return x.rows(0, 1);
      }
    },
    DUPLICATE_CHANNELS {
      @Override
      FloatMatrix spoil(FloatMatrix x) {
        return change(x, (t, c) -> x.get(t, c / 4 * 4));
      }
    },
    DEAD_CHANNELS {
      @Override
      FloatMatrix spoil(FloatMatrix x) {
        return change(x, (t, c) -> c % 3 == 0 ? 0 : x.get(t, c));
      }
    },
    ONE_LOUD_CHANNEL {
      @Override
      FloatMatrix spoil(FloatMatrix x) {
        return change(x, (t, c) -> c == 77 ? 1e4f * x.get(t, c) : x.get(t, c));
      }
    },
    /** Channel sizes fall by 10⁶, hence the eigenvalues of the Gram matrix by 10¹². */
    CONDITION_NUMBER_1E12 {
      @Override
      FloatMatrix spoil(FloatMatrix x) {
        return change(x, (t, c) -> x.get(t, c) * (float) StrictMath.pow(10, -6.0 * c / (IN - 1)));
      }
    };

    abstract FloatMatrix spoil(FloatMatrix x);
  }

  private interface Element {
    float at(int token, int channel);
  }

  private static FloatMatrix change(FloatMatrix x, Element element) {
    FloatMatrix result = FloatMatrix.zeros(x.rows(), x.cols());
    for (int t = 0; t < x.rows(); t++) {
      for (int c = 0; c < x.cols(); c++) {
        result.set(t, c, element.at(t, c));
      }
    }
    return result;
  }

  static Stream<Arguments> cases() {
    return Catalog.names().stream()
        .filter(name -> !Catalog.named(name, Schemes.W4A16_G32).requires().isEmpty())
        .flatMap(name -> Stream.of(Inputs.values()).map(inputs -> Arguments.of(name, inputs)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void survivesAndIsNotWorseThanRoundingToNearest(String name, Inputs inputs) {
    Fixtures.Layer layer = Fixtures.correlated(3, TOKENS, IN, OUT);
    FloatMatrix weight = Fixtures.gaussian(new Random(9), OUT, IN, 0.05f);
    FloatMatrix x = inputs.spoil(layer.x());
    SyntheticLayer spoiled = new SyntheticLayer(weight, x, x);
    LayerScheme scheme =
        FOR_QUANTIZED_INPUTS.contains(name) ? Schemes.named("W4A4") : Schemes.W3A16_G32;
    Recipe recipe = Catalog.named(name, scheme);
    double nearest = spoiled.heldOutError(Catalog.rtn(scheme), COMPUTE);
    double reached = spoiled.heldOutError(recipe, COMPUTE);
    assertTrue(reached <= nearest * (1 + 1e-6), nearest + " -> " + reached);
    Outcome outcome = spoiled.quantize(recipe, COMPUTE).outcome();
    assertFalse(outcome instanceof Outcome.Fallback, outcome::describe);
  }
}
