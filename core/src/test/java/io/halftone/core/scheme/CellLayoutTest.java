package io.halftone.core.scheme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CellLayoutTest {
  static Stream<Arguments> layouts() {
    return Stream.of(
        Arguments.of(new Granularity.PerTensor(), 1),
        Arguments.of(new Granularity.PerRow(), 5),
        Arguments.of(new Granularity.PerColumn(), 12),
        Arguments.of(new Granularity.PerGroup(4), 15),
        Arguments.of(new Granularity.PerGroup(5, Remainder.SHORT_LAST_GROUP), 15),
        Arguments.of(new Granularity.PerGroup(50, Remainder.SHORT_LAST_GROUP), 5),
        Arguments.of(new Granularity.PerBlock(2, 5), 9));
  }

  /** Every cell has an element, and no element is outside the cells. */
  @ParameterizedTest
  @MethodSource("layouts")
  void cellsCoverTheMatrix(Granularity granularity, int count) {
    CellLayout layout = granularity.layout(5, 12);
    int[] cells =
        IntStream.range(0, 60).map(i -> layout.cell(i / 12, i % 12)).distinct().sorted().toArray();
    assertEquals(count, layout.count());
    assertEquals(count, cells.length);
    assertEquals(0, cells[0]);
    assertEquals(count - 1, cells[count - 1]);
  }

  /** A matrix without elements has no cells. */
  @ParameterizedTest
  @MethodSource("layouts")
  void emptyMatrixHasNoCells(Granularity granularity, int count) {
    assertEquals(0, granularity.layout(0, 12).count());
  }

  @ParameterizedTest
  @CsvSource({"-1, 2, 1, 1", "2, -1, 1, 1", "2, 2, 0, 1", "2, 2, 1, 0"})
  void impossibleLayoutsAreRefused(int rows, int cols, int cellRows, int cellCols) {
    assertThrows(
        IllegalArgumentException.class, () -> new CellLayout(rows, cols, cellRows, cellCols));
  }
}
