package io.halftone.core.quantized;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.halftone.core.format.Formats;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.Timing;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.tensor.FloatMatrix;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class QuantizedTensorTest {
  private static final TensorScheme GROUPS_OF_TWO =
      new TensorScheme(
          Formats.UINT4,
          new Granularity.PerGroup(2),
          new ScaleSpec.Stored(Formats.F16),
          ZeroPoint.INTEGER,
          Timing.STATIC);

  /** value = (code − zero)·scale with the scale and zero point of the element's cell. */
  @Test
  void gridDecodesByCell() {
    Grid grid =
        new Grid(
            GROUPS_OF_TWO.granularity().layout(2, 4),
            new float[] {0.5f, 2, -1, 0.25f},
            new float[] {0, 8, 3, 15});
    Codes codes = new Codes(2, 4, 4, new short[] {0, 15, 8, 7, 3, 4, 15, 0});
    GridTensor tensor = new GridTensor(GROUPS_OF_TWO, codes, grid);
    float[] expected = {0, 7.5f, 0, -2, -0f, -1, 0, -3.75f};
    assertArrayEquals(expected, tensor.decode().data());
    float[] into = {9, 9, 9, 9, 9, 9};
    tensor.decodeRow(1, into, 1);
    assertArrayEquals(new float[] {9, -0f, -1, 0, -3.75f, 9}, into);
    assertEquals(8 * 4 + 4 * (16 + 4), tensor.storageBits());
  }

  @Test
  void gridOfAnotherShapeIsRefused() {
    Grid grid =
        new Grid(GROUPS_OF_TWO.granularity().layout(1, 4), new float[] {1, 1}, new float[2]);
    Codes codes = new Codes(2, 4, 4, new short[8]);
    assertThrows(IllegalArgumentException.class, () -> new GridTensor(GROUPS_OF_TWO, codes, grid));
  }

  static Stream<Arguments> unusableGrids() {
    return Stream.of(
        Arguments.of(new float[] {Float.NaN}, new float[1]),
        Arguments.of(new float[] {Float.POSITIVE_INFINITY}, new float[1]),
        Arguments.of(new float[] {1}, new float[] {Float.NaN}),
        Arguments.of(new float[] {1, 1}, new float[2]),
        Arguments.of(new float[] {1}, new float[0]));
  }

  @ParameterizedTest
  @MethodSource("unusableGrids")
  void unusableGridsAreRefused(float[] scale, float[] zero) {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Grid(new Granularity.PerTensor().layout(2, 2), scale, zero));
  }

  /** Entries stand where they belong, everything else is zero, whatever was there before. */
  @Test
  void sparseDecodesEntriesAndZeros() {
    SparseTensor tensor =
        new SparseTensor(3, 4, new int[] {0, 2, 2, 3}, new int[] {1, 3, 0}, new float[] {5, -6, 7});
    assertArrayEquals(new float[] {0, 5, 0, -6, 0, 0, 0, 0, 7, 0, 0, 0}, tensor.decode().data());
    float[] into = {9, 9, 9, 9, 9, 9};
    tensor.decodeRow(1, into, 1);
    assertArrayEquals(new float[] {9, 0, 0, 0, 0, 9}, into);
    assertEquals(3 * 64 + 4 * 32, tensor.storageBits());
  }

  static Stream<Arguments> brokenRows() {
    return Stream.of(
        Arguments.of(new int[] {0, 1}, new int[] {0}, 1),
        Arguments.of(new int[] {1, 1, 1}, new int[] {0}, 1),
        Arguments.of(new int[] {0, 1, 2}, new int[] {0}, 1),
        Arguments.of(new int[] {0, 1, 1}, new int[] {0}, 2),
        Arguments.of(new int[] {0, 1, 1}, new int[] {4}, 1),
        Arguments.of(new int[] {0, 1, 1}, new int[] {-1}, 1),
        Arguments.of(new int[] {0, 2, 2}, new int[] {2, 2}, 2),
        Arguments.of(new int[] {0, 2, 2}, new int[] {2, 1}, 2),
        Arguments.of(new int[] {0, 2, 1}, new int[] {0}, 1),
        Arguments.of(new int[] {0, -1, 1}, new int[] {0}, 1));
  }

  /** Row starts that fall or columns out of range or order are refused before they are followed. */
  @ParameterizedTest
  @MethodSource("brokenRows")
  void brokenSparseRowsAreRefused(int[] rowStart, int[] column, int values) {
    assertThrows(
        IllegalArgumentException.class,
        () -> new SparseTensor(2, 4, rowStart, column, new float[values]));
  }

  @Test
  void denseDecodesItsValues() {
    FloatMatrix values = FloatMatrix.wrap(new float[] {1, 2, 3, 4}, 2, 2);
    DenseTensor tensor = new DenseTensor(Formats.F16, values);
    assertArrayEquals(values.data(), tensor.decode().data());
    assertEquals(4 * 16, tensor.storageBits());
  }
}
