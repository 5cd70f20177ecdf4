package io.halftone.core.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

class SquareMatrixTest {
  @Test
  void equalDiagonalElementsStayInOrder() {
    SquareMatrix matrix = SquareMatrix.zeros(5);
    double[] diagonal = {2, 7, 2, 9, 2};
    for (int i = 0; i < diagonal.length; i++) {
      matrix.values()[i * 5 + i] = diagonal[i];
    }
    assertArrayEquals(new int[] {3, 1, 0, 2, 4}, matrix.byFallingDiagonal());
  }
}
