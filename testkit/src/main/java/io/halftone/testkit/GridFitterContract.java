package io.halftone.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.format.FloatFormat;
import io.halftone.core.format.Formats;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Codes;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.GridRounding;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Remainder;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.Timing;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.spi.GridFitter;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.stats.ActivationBatch;
import io.halftone.core.stats.CollectedStatistics;
import io.halftone.core.tensor.FloatMatrix;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every {@link GridFitter} must do, for every format, granularity and kind of zero point.
 *
 * <p>Extend it and return the fitter under test.
 */
public abstract class GridFitterContract {
  private static final long SEED = 20260102L;
  private static final int TOKENS = 40;
  private static final ScaleSpec F32 = new ScaleSpec.Stored(Formats.F32);
  private static final ScaleSpec F16 = new ScaleSpec.Stored(Formats.F16);
  private static final ScaleSpec BF16 = new ScaleSpec.Stored(Formats.BF16);

  /** For subclasses. */
  protected GridFitterContract() {}

  /** The fitter under test. */
  protected abstract GridFitter fitter();

  /**
   * Whether the grid may leave large weights outside its range; false claims an error of at most
   * half a step.
   */
  protected abstract boolean clips();

  /** Every kind of grid on every granularity. */
  static Stream<TensorScheme> schemes() {
    return granularities().flatMap(cells -> kinds(cells, F32));
  }

  static Stream<Granularity> granularities() {
    return Stream.of(
        new Granularity.PerTensor(),
        new Granularity.PerRow(),
        new Granularity.PerColumn(),
        new Granularity.PerGroup(8),
        new Granularity.PerGroup(5, Remainder.SHORT_LAST_GROUP),
        new Granularity.PerBlock(2, 7));
  }

  private static Stream<TensorScheme> kinds(Granularity cells, ScaleSpec storage) {
    return Stream.of(
        scheme(Formats.INT4, cells, storage, ZeroPoint.NONE),
        scheme(Formats.INT8, cells, storage, ZeroPoint.NONE),
        scheme(Formats.UINT2, cells, storage, ZeroPoint.INTEGER),
        scheme(Formats.UINT4, cells, storage, ZeroPoint.INTEGER),
        scheme(Formats.INT3, cells, storage, ZeroPoint.INTEGER),
        scheme(Formats.UINT8, cells, storage, ZeroPoint.INTEGER),
        scheme(Formats.UINT4, cells, storage, ZeroPoint.FLOAT),
        scheme(Formats.INT4, cells, storage, ZeroPoint.FLOAT),
        scheme(Formats.E2M1, cells, storage, ZeroPoint.NONE),
        scheme(Formats.E4M3FN, cells, storage, ZeroPoint.NONE),
        scheme(Formats.E5M2, cells, storage, ZeroPoint.NONE));
  }

  private static TensorScheme scheme(
      NumberFormat format, Granularity cells, ScaleSpec storage, ZeroPoint zero) {
    return new TensorScheme(format, cells, storage, zero, Timing.STATIC);
  }

  static Stream<Arguments> storages() {
    return Stream.of(F32, F16, BF16)
        .flatMap(
            storage ->
                kinds(new Granularity.PerGroup(8), storage)
                    .map(scheme -> Arguments.of(storage, scheme)));
  }

  /** Scales and zero points are what a decoder reads back. */
  @ParameterizedTest
  @MethodSource("storages")
  void scalesAndZerosAreAsStored(ScaleSpec storage, TensorScheme scheme) {
    Grid grid = fit(scheme, gaussian(6, 24, 0.1));
    for (int cell = 0; cell < grid.scale().length; cell++) {
      float zero = grid.zero()[cell];
      assertEquals(storage.store(grid.scale()[cell]), grid.scale()[cell]);
      if (scheme.zeroPoint() == ZeroPoint.FLOAT) {
        assertEquals(storage.storeZero(zero), zero);
      }
    }
  }

  /** Scales are positive, zero points lie among the codes and are of their kind. */
  @ParameterizedTest
  @MethodSource("schemes")
  void gridFitsTheScheme(TensorScheme scheme) {
    assertUsable(scheme, fit(scheme, gaussian(6, 24, 0.1)));
    assertUsable(scheme, fit(scheme, gaussian(1, 24, 3)));
    assertUsable(scheme, fit(scheme, gaussian(6, 24, 1).rows(0, 0)));
  }

  /** A matrix of one column has a grid. */
  @ParameterizedTest
  @MethodSource("schemes")
  void oneColumnIsEnough(TensorScheme scheme) {
    TensorScheme single =
        scheme.granularity() instanceof Granularity.PerGroup
            ? scheme.withGranularity(new Granularity.PerGroup(8, Remainder.SHORT_LAST_GROUP))
            : scheme;
    assertUsable(single, fit(single, gaussian(6, 1, 1)));
  }

  /** Unclipped weights are at most half a step from the grid. */
  @ParameterizedTest
  @MethodSource("schemes")
  void unclippedWeightsAreWithinHalfAStep(TensorScheme scheme) {
    FloatMatrix weight = gaussian(6, 24, 0.1);
    Grid grid = fit(scheme, weight);
    FloatMatrix decoded = decode(scheme, grid, weight);
    for (int i = 0; i < weight.data().length; i++) {
      int cell = grid.layout().cell(i / 24, i % 24);
      float scale = grid.scale()[cell];
      float zero = grid.zero()[cell];
      float w = weight.data()[i];
      float last = GridRounding.value(scheme.format(), maxFiniteCode(scheme.format()), scale, zero);
      float first = (scheme.format().minValue() - zero) * scale;
      if (!clips() || (w >= first && w <= last)) {
        double bound = Math.abs(scale) * (largestGap(scheme.format()) / 2 + 1e-3);
        assertEquals(w, decoded.data()[i], bound, "element " + i + " of " + grid);
      }
    }
  }

  /** A cell of zeros has scale 1 and zero point 0, and decodes to zeros. */
  @ParameterizedTest
  @MethodSource("schemes")
  void zeroCellsStayZero(TensorScheme scheme) {
    FloatMatrix weight = gaussian(6, 24, 0.1);
    Arrays.fill(weight.data(), 2 * 24, 4 * 24, 0f);
    Grid grid = fit(scheme, weight);
    assertUsable(scheme, grid);
    FloatMatrix decoded = decode(scheme, grid, weight);
    CellLayout layout = grid.layout();
    for (int col = 0; col < 24; col++) {
      if (layout.cellRows() <= 2) {
        int cell = layout.cell(2, col);
        assertEquals(1f, grid.scale()[cell]);
        assertEquals(
            Math.max(0f, scheme.format() instanceof FloatFormat ? 0 : scheme.format().minCode()),
            grid.zero()[cell]);
      }
      if (layout.cellRows() <= 2 || scheme.zeroPoint() != ZeroPoint.FLOAT) {
        assertEquals(0f, decoded.get(2, col), 0f);
      }
    }
  }

  /** All zeros, and constants of either sign, have a grid that holds them. */
  @ParameterizedTest
  @MethodSource("schemes")
  void constantsAreHeld(TensorScheme scheme) {
    for (float value : new float[] {0, 0.3f, -0.3f, 1, -1}) {
      FloatMatrix weight = FloatMatrix.zeros(6, 24);
      Arrays.fill(weight.data(), value);
      Grid grid = fit(scheme, weight);
      assertUsable(scheme, grid);
      FloatMatrix decoded = decode(scheme, grid, weight);
      assertEquals(value, decoded.get(3, 5), 0.13 * Math.abs(value));
    }
  }

  /** Extreme magnitudes give finite grids. */
  @ParameterizedTest
  @MethodSource("schemes")
  void extremeMagnitudesGiveFiniteGrids(TensorScheme scheme) {
    for (double magnitude : new double[] {1e36, 1e20, 1e-20, 1e-37, 1e-40, 2e-45}) {
      FloatMatrix weight = gaussian(6, 24, magnitude);
      Grid grid = fit(scheme, weight);
      assertUsable(scheme, grid);
      for (float value : decode(scheme, grid, weight).data()) {
        assertTrue(Float.isFinite(value), () -> "decoded " + value + " at magnitude " + magnitude);
      }
    }
  }

  /** A scale beyond its storage is refused, naming the layer and the cell. */
  @Test
  void scaleBeyondItsStorageIsRefused() {
    TensorScheme scheme = scheme(Formats.INT4, new Granularity.PerGroup(8), F16, ZeroPoint.NONE);
    FloatMatrix weight = gaussian(6, 24, 0.1);
    weight.set(4, 17, 1e9f);
    QuantizationException e = assertThrows(QuantizationException.class, () -> fit(scheme, weight));
    assertEquals("layer", e.layer());
    assertTrue(e.getMessage().contains("row 4, column 16"), e.getMessage());
  }

  /** A weight that is not finite is refused, naming where it is. */
  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void weightThatIsNotFiniteIsRefused(float bad) {
    TensorScheme scheme = Schemes.grouped(4, 8);
    FloatMatrix weight = gaussian(6, 24, 0.1);
    weight.set(3, 11, bad);
    QuantizationException e = assertThrows(QuantizationException.class, () -> fit(scheme, weight));
    assertTrue(e.getMessage().contains("row 3, column 11"), e.getMessage());
    assertTrue(e.getMessage().contains(Float.toString(bad)), e.getMessage());
  }

  /** Grids that cannot exist are refused. */
  @Test
  void impossibleGridsAreRefused() {
    Granularity rows = new Granularity.PerRow();
    FloatMatrix weight = gaussian(6, 24, 0.1);
    TensorScheme offset = scheme(Formats.E2M1, rows, F32, ZeroPoint.FLOAT);
    TensorScheme unsigned = scheme(Formats.UINT4, rows, F32, ZeroPoint.NONE);
    assertThrows(IllegalArgumentException.class, () -> fit(Schemes.FULL, weight));
    assertThrows(IllegalArgumentException.class, () -> fit(offset, weight));
    assertThrows(QuantizationException.class, () -> fit(unsigned, weight));
    for (int i = 0; i < weight.data().length; i++) {
      weight.data()[i] = Math.abs(weight.data()[i]);
    }
    assertUsable(unsigned, fit(unsigned, weight));
  }

  /** A weight times a power of two has a grid with scales times it. */
  @ParameterizedTest
  @MethodSource("schemes")
  void powersOfTwoScaleTheGridOnly(TensorScheme scheme) {
    FloatMatrix weight = gaussian(6, 24, 0.1);
    Grid plain = fit(scheme, weight);
    for (int exponent : new int[] {-20, -1, 7, 40}) {
      Grid scaled = fit(scheme, times(weight, Math.scalb(1f, exponent)));
      assertArrayEquals(plain.zero(), scaled.zero());
      for (int cell = 0; cell < plain.scale().length; cell++) {
        assertEquals(Math.scalb(plain.scale()[cell], exponent), scaled.scale()[cell]);
      }
    }
  }

  /** The number of threads changes no bit, and the weight is only read. */
  @ParameterizedTest
  @MethodSource("schemes")
  void threadsChangeNothing(TensorScheme scheme) {
    FloatMatrix weight = gaussian(33, 40, 0.1);
    float[] before = weight.data().clone();
    Grid expected = fit(scheme, weight, 1);
    for (int threads : new int[] {2, 7}) {
      Grid grid = fit(scheme, weight, threads);
      assertArrayEquals(expected.scale(), grid.scale());
      assertArrayEquals(expected.zero(), grid.zero());
    }
    assertArrayEquals(before, weight.data());
  }

  private static void assertUsable(TensorScheme scheme, Grid grid) {
    for (int cell = 0; cell < grid.scale().length; cell++) {
      float scale = grid.scale()[cell];
      float zero = grid.zero()[cell];
      assertTrue(scale > 0 && Float.isFinite(scale), () -> "scale " + scale);
      if (scheme.zeroPoint() == ZeroPoint.NONE) {
        assertEquals(0f, zero);
      } else {
        assertTrue(
            zero >= scheme.format().minCode() && zero <= scheme.format().maxCode(),
            () -> "zero point " + zero);
      }
      if (scheme.zeroPoint() == ZeroPoint.INTEGER) {
        assertEquals((float) Math.rint(zero), zero);
      }
    }
  }

  private Grid fit(TensorScheme scheme, FloatMatrix weight) {
    return fit(scheme, weight, 1);
  }

  private Grid fit(TensorScheme scheme, FloatMatrix weight, int threads) {
    ForkJoinPool pool = new ForkJoinPool(threads);
    try {
      Compute compute = Compute.on(pool, SEED);
      FloatMatrix x = gaussian(TOKENS, weight.cols(), 1);
      CollectedStatistics stats =
          CollectedStatistics.of(ActivationBatch.of(x), fitter().requires(), compute);
      LayerScheme layer = new LayerScheme(scheme, Schemes.FULL);
      return fitter().fit(LinearTask.of("layer", weight, layer, stats), compute);
    } finally {
      pool.shutdown();
    }
  }

  private static FloatMatrix gaussian(int rows, int cols, double magnitude) {
    Random random = new Random(SEED + rows);
    FloatMatrix matrix = FloatMatrix.zeros(rows, cols);
    for (int i = 0; i < matrix.data().length; i++) {
      matrix.data()[i] = (float) (magnitude * random.nextGaussian());
    }
    return matrix;
  }

  private static FloatMatrix times(FloatMatrix weight, float factor) {
    FloatMatrix product = weight.copy();
    for (int i = 0; i < product.data().length; i++) {
      product.data()[i] *= factor;
    }
    return product;
  }

  private static FloatMatrix decode(TensorScheme scheme, Grid grid, FloatMatrix weight) {
    Codes codes = GridRounding.codes(scheme, grid, weight, Compute.defaults());
    GridTensor tensor = new GridTensor(scheme, codes, grid);
    FloatMatrix decoded = FloatMatrix.zeros(weight.rows(), weight.cols());
    for (int r = 0; r < weight.rows(); r++) {
      tensor.decodeRow(r, decoded.data(), decoded.offset(r));
    }
    return decoded;
  }

  private static int maxFiniteCode(NumberFormat format) {
    return format.encode(format.maxValue());
  }

  private static double largestGap(NumberFormat format) {
    int last = maxFiniteCode(format);
    return format.decode(last) - format.decode(last - 1);
  }
}
