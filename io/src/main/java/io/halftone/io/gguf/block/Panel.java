package io.halftone.io.gguf.block;

import java.util.Arrays;

/**
 * A batch of cells laid out for loops over cells: row l has element l of every cell, so that every
 * operation runs over many cells at once and each cell's sums keep their own order.
 */
final class Panel {
  /** Cells of a full panel. */
  static final int LANES = 256;

  /** Weights, [cell size][lanes]; zero in lanes without a cell. */
  final float[][] x;

  /** Importance, [cell size][lanes]; one in lanes without a cell. */
  final float[][] w;

  private final float[] zeros = new float[LANES];
  private boolean uniform = true;

  Panel(int cellSize) {
    x = new float[cellSize][LANES];
    w = new float[cellSize][LANES];
    for (float[] row : w) {
      Arrays.fill(row, 1);
    }
  }

  int cellSize() {
    return x.length;
  }

  /** Takes over cells that stand one after the other; clears the lanes left. */
  void load(float[] weights, int at, int cells) {
    int size = x.length;
    for (int l = 0; l < size; l += 8) {
      float[] x0 = x[l];
      float[] x1 = x[l + 1];
      float[] x2 = x[l + 2];
      float[] x3 = x[l + 3];
      float[] x4 = x[l + 4];
      float[] x5 = x[l + 5];
      float[] x6 = x[l + 6];
      float[] x7 = x[l + 7];
      for (int s = 0; s < cells; s++) {
        int i = at + s * size + l;
        x0[s] = weights[i];
        x1[s] = weights[i + 1];
        x2[s] = weights[i + 2];
        x3[s] = weights[i + 3];
        x4[s] = weights[i + 4];
        x5[s] = weights[i + 5];
        x6[s] = weights[i + 6];
        x7[s] = weights[i + 7];
      }
    }
    if (cells < LANES) {
      for (float[] row : x) {
        Arrays.fill(row, cells, LANES, 0);
      }
    }
  }

  /** Whether every weight is finite. */
  boolean isFinite() {
    Arrays.fill(zeros, 0);
    for (float[] row : x) {
      PanelLoops.addZeros(row, zeros);
    }
    for (float zero : zeros) {
      if (zero != 0) {
        return false;
      }
    }
    return true;
  }

  /** Takes over the importance of the same cells. */
  void weigh(Importance importance, int firstChannel, int cols, int cells) {
    if (importance.isUniform() && uniform) {
      return;
    }
    uniform = importance.isUniform();
    for (int s = 0; s < cells; s++) {
      int channel = (firstChannel + s * x.length) % cols;
      for (int l = 0; l < x.length; l++) {
        w[l][s] = importance.of(channel + l);
      }
    }
  }
}
