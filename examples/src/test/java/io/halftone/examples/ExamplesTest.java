package io.halftone.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.calibration.Quantize;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.recipe.Recipe;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.npy.NpyFile;
import io.halftone.quantizers.grids.MinMax;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExamplesTest {
  private static final Pattern SQNR = Pattern.compile("output SQNR ([0-9.]+) dB");

  @TempDir Path directory;

  private final PrintStream console = System.out;
  private final Locale locale = Locale.getDefault();
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  @BeforeEach
  void capture() {
    Locale.setDefault(Locale.ROOT);
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void restore() {
    System.setOut(console);
    Locale.setDefault(locale);
  }

  private double sqnr() {
    Matcher matcher = SQNR.matcher(printed.toString(StandardCharsets.UTF_8));
    assertTrue(matcher.find(), printed.toString(StandardCharsets.UTF_8));
    return Double.parseDouble(matcher.group(1));
  }

  private static FloatMatrix random(int rows, int cols, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    FloatMatrix matrix = FloatMatrix.zeros(rows, cols);
    for (int i = 0; i < matrix.data().length; i++) {
      matrix.data()[i] = (float) (random.nextDouble() - 0.5);
    }
    return matrix;
  }

  @Test
  void quantizesOneLayerToAFile() throws IOException {
    NpyFile.write(directory.resolve("w.npy"), random(32, 256, 1));
    NpyFile.write(directory.resolve("x.npy"), random(600, 256, 2));
    Path out = directory.resolve("q.safetensors");
    QuantizeOneLayer.main(
        new String[] {
          directory.resolve("w.npy").toString(),
          directory.resolve("x.npy").toString(),
          out.toString()
        });
    assertTrue(sqnr() > 18, "four bits keep about 20 dB of uniform weights");
    assertTrue(Files.size(out) > 32 * 256 / 2, "codes alone take half a byte each");
  }

  @Test
  void aQuantizerOfOnesOwnRunsBehindALibraryPart() {
    OwnQuantizer.main(new String[0]);
    assertTrue(sqnr() > 10, printed.toString(StandardCharsets.UTF_8));
  }

  @Test
  void stochasticRoundingIsUnbiasedAndSeeded() {
    FloatMatrix w = random(200, 128, 3);
    FloatMatrix x = random(10, 128, 4);
    Recipe recipe =
        Recipe.of("stochastic", Schemes.W4A16_G128).quantize(new StochasticRounding(new MinMax()));
    QuantizedLinear first = Quantize.linear("fc", w, x, recipe);
    double bias = 0;
    for (int i = 0; i < w.data().length; i++) {
      bias += first.decode().data()[i] - w.data()[i];
    }
    assertEquals(0, bias / w.data().length, 1e-3, "mean error");
    QuantizedLinear again = Quantize.linear("fc", w, x, recipe);
    assertEquals(Arrays.hashCode(first.decode().data()), Arrays.hashCode(again.decode().data()));
  }

  @Test
  void quantizesNd4jArrays() {
    QuantizeIndArray.main(new String[0]);
    assertTrue(sqnr() > 18, printed.toString(StandardCharsets.UTF_8));
  }
}
