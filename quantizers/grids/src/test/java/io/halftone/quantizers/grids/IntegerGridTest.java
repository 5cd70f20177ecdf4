package io.halftone.quantizers.grids;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.format.Formats;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.quantized.Codes;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.GridRounding;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.spi.GridFitter;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.stats.StatisticsView;
import io.halftone.core.tensor.FloatMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every convention on weights worked out by hand, and what holds for all of them. */
class IntegerGridTest {
  private static final ScaleSpec F32 = new ScaleSpec.Stored(Formats.F32);
  private static final ScaleSpec F16 = new ScaleSpec.Stored(Formats.F16);

  /** Weights −3, 1, 6: amplitude 6, range 9. */
  @ParameterizedTest
  @CsvSource({
    "SYMMETRIC, 2, 6, 0, '0 0 1', '0 0 6'",
    "SYMMETRIC, 3, 2, 0, '-2 0 3', '-4 0 6'",
    "SYMMETRIC_FULL, 2, 4, 0, '-1 0 1', '-4 0 4'",
    "SYMMETRIC_FULL_UNSIGNED, 2, 4, 2, '1 2 3', '-4 0 4'",
    "SYMMETRIC_SIGNED_SCALE, 2, -3, 0, '1 0 -2', '-3 0 6'",
    "SYMMETRIC_HALF_STEPS, 2, 4, 1.5, '1 2 3', '-2 2 6'",
    "ASYMMETRIC, 2, 3, 1, '0 1 3', '-3 0 6'",
    "ASYMMETRIC_SIGNED, 2, 3, -1, '-2 -1 1', '-3 0 6'",
    "ASYMMETRIC_REAL_ZERO, 2, 3, 1, '0 1 3', '-3 0 6'",
    "ASYMMETRIC_OFFSET, 2, 3, 1, '0 1 3', '-3 0 6'",
  })
  void givesTheCodesOfTheFormula(
      IntegerGrid convention, int bits, float scale, float zero, String codes, String values) {
    FloatMatrix weight = FloatMatrix.wrap(new float[] {-3, 1, 6}, 1, 3);
    GridTensor tensor =
        round(convention, convention.scheme(bits, new Granularity.PerRow(), F32), weight);
    assertEquals(scale, tensor.grid().scale()[0]);
    assertEquals(zero, tensor.grid().zero()[0]);
    assertEquals(codes, join(tensor.codes()));
    float[] decoded = new float[3];
    tensor.decodeRow(0, decoded, 0);
    assertEquals(values, (int) decoded[0] + " " + (int) decoded[1] + " " + (int) decoded[2]);
  }

  /** No weight is farther from its value than the step the convention may clip. */
  @ParameterizedTest
  @EnumSource
  void everyWidthHoldsTheWeights(IntegerGrid convention) {
    for (int bits = 2; bits <= 8; bits++) {
      FloatMatrix weight = Problems.weight(bits);
      TensorScheme scheme = convention.scheme(bits, new Granularity.PerRow(), F16);
      GridTensor tensor = round(convention, scheme, weight);
      float[] decoded = new float[weight.cols()];
      for (int r = 0; r < weight.rows(); r++) {
        tensor.decodeRow(r, decoded, 0);
        float step = Math.abs(tensor.grid().scale()[r]);
        for (int c = 0; c < weight.cols(); c++) {
          assertEquals(weight.get(r, c), decoded[c], 1.01 * step);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void cellsOfZerosAndConstantsAreKept(IntegerGrid convention) {
    FloatMatrix weight = FloatMatrix.wrap(new float[] {0, 0, 0.5f, 0.5f, -2, -2}, 3, 2);
    TensorScheme scheme = convention.scheme(8, new Granularity.PerRow(), F32);
    GridTensor tensor = round(convention, scheme, weight);
    float[] decoded = new float[6];
    for (int r = 0; r < 3; r++) {
      tensor.decodeRow(r, decoded, 2 * r);
    }
    float half = convention == IntegerGrid.SYMMETRIC_HALF_STEPS ? 0.5f : 0;
    assertArrayEquals(weight.data(), decoded, Math.max(half, 0.01f));
  }

  @Test
  void conventionsAreFittersOfTheirOwn() {
    assertEquals(new FullAbsMax(), IntegerGrid.SYMMETRIC_FULL.fitter());
    assertEquals(new FullAbsMax(), IntegerGrid.SYMMETRIC_FULL_UNSIGNED.fitter());
    assertEquals(new SignedMax(), IntegerGrid.SYMMETRIC_SIGNED_SCALE.fitter());
    assertEquals(new MidRise(), IntegerGrid.SYMMETRIC_HALF_STEPS.fitter());
    assertEquals(new MinMaxOffset(), IntegerGrid.ASYMMETRIC_OFFSET.fitter());
  }

  @Test
  void symmetricCodesNeverUseTheFirst() {
    TensorScheme scheme = IntegerGrid.SYMMETRIC.scheme(4, new Granularity.PerGroup(8), F16);
    for (short code : round(IntegerGrid.SYMMETRIC, scheme, Problems.weight(1)).codes().values()) {
      assertTrue(code >= -7 && code <= 7);
    }
  }

  @Test
  void theFirstOfTwoExtremesGivesTheSign() {
    float[][] rows = {{1, -4, 4}, {1, 4, -4}};
    float[] scales = {2, -2};
    TensorScheme scheme =
        IntegerGrid.SYMMETRIC_SIGNED_SCALE.scheme(2, new Granularity.PerRow(), F32);
    for (int i = 0; i < rows.length; i++) {
      FloatMatrix weight = FloatMatrix.wrap(rows[i], 1, 3);
      assertEquals(
          scales[i], round(IntegerGrid.SYMMETRIC_SIGNED_SCALE, scheme, weight).grid().scale()[0]);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "SYMMETRIC_FULL, E2M1",
    "SYMMETRIC_SIGNED_SCALE, E2M1",
    "SYMMETRIC_HALF_STEPS, UINT4",
    "ASYMMETRIC_OFFSET, UINT4"
  })
  void otherGridsAreRefused(IntegerGrid convention, String format) {
    TensorScheme scheme =
        Problems.scheme(
            NumberFormat.named(format), new Granularity.PerRow(), Formats.F32, ZeroPoint.NONE);
    FloatMatrix weight = FloatMatrix.wrap(new float[] {1, 2}, 1, 2);
    assertThrows(IllegalArgumentException.class, () -> fit(convention.fitter(), scheme, weight));
  }

  private static GridTensor round(IntegerGrid convention, TensorScheme scheme, FloatMatrix weight) {
    Grid grid = fit(convention.fitter(), scheme, weight);
    Codes codes = GridRounding.codes(scheme, grid, weight, Problems.COMPUTE);
    return new GridTensor(scheme, codes, grid);
  }

  private static Grid fit(GridFitter fitter, TensorScheme scheme, FloatMatrix weight) {
    LayerScheme layer = new LayerScheme(scheme, Schemes.FULL);
    return fitter.fit(LinearTask.of("layer", weight, layer, StatisticsView.NONE), Problems.COMPUTE);
  }

  private static String join(Codes codes) {
    return codes.get(0, 0) + " " + codes.get(0, 1) + " " + codes.get(0, 2);
  }
}
