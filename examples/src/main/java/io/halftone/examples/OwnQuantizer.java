package io.halftone.examples;

import io.halftone.calibration.Quantize;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.recipe.Recipe;
import io.halftone.core.report.Reports;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.quantizers.grids.AbsMax;
import io.halftone.quantizers.grids.MinMax;
import io.halftone.quantizers.rounding.Rtn;
import io.halftone.quantizers.scaling.AwqScaling;
import java.util.SplittableRandom;

/** Puts a quantizer of one's own into a recipe, behind a part of the library. */
public final class OwnQuantizer {
  private static final int OUT = 64;
  private static final int IN = 256;
  private static final int TOKENS = 512;

  private OwnQuantizer() {}

  /** Quantizes a random layer with uneven input channels and prints what it costs. */
  public static void main(String[] args) {
    Recipe mine =
        Recipe.of("mine", Schemes.W4A16_G128)
            .fit(new AwqScaling(20, new Rtn(new MinMax())))
            .quantize(new StochasticRounding(new AbsMax()));
    FloatMatrix w = random(OUT, 1);
    FloatMatrix x = random(TOKENS, 2);
    QuantizedLinear q = Quantize.linear("fc", w, x, mine);
    System.out.printf("output SQNR %.1f dB%n", Reports.compare(q, w, x).outputSqnrDb());
  }

  private static FloatMatrix random(int rows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    FloatMatrix matrix = FloatMatrix.zeros(rows, IN);
    for (int i = 0; i < matrix.data().length; i++) {
      double channel = 1 + i % IN / 64;
      matrix.data()[i] = (float) (channel * (random.nextDouble() - 0.5));
    }
    return matrix;
  }
}
