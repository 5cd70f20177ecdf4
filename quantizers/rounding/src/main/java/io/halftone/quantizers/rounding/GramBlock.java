package io.halftone.quantizers.rounding;

import io.halftone.core.kernel.Kernels;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;

/** The columns of G of one block, packed for products of {@link ColumnSweep}. */
final class GramBlock {
  private final Kernels kernels;
  private final FloatMatrix gram;
  private final int from;
  private final int width;
  private final float[][] whole;
  private final float[][] inside;

  /**
   * Packs nothing yet.
   *
   * @param gram [in, in], symmetric, read
   * @param from first column
   * @param width number of columns
   */
  GramBlock(Kernels kernels, FloatMatrix gram, int from, int width) {
    this.kernels = kernels;
    this.gram = gram;
    this.from = from;
    this.width = width;
    this.whole = new float[(gram.rows() + ColumnSweep.BLOCK - 1) / ColumnSweep.BLOCK][];
    this.inside = new float[(width - 1) / ColumnSweep.STRIP][];
  }

  /** First column. */
  int from() {
    return from;
  }

  /** Number of columns. */
  int width() {
    return width;
  }

  /** Parts that can be packed at the same time. */
  int parts() {
    return whole.length + inside.length;
  }

  /** Packs a part. */
  void pack(int part) {
    if (part < whole.length) {
      int first = part * ColumnSweep.BLOCK;
      int rows = Math.min(gram.rows() - first, ColumnSweep.BLOCK);
      whole[part] = packed(MatrixView.of(gram, first, from, rows, width));
    } else {
      int strip = part - whole.length;
      int first = from + strip * ColumnSweep.STRIP;
      int later = first + ColumnSweep.STRIP;
      inside[strip] =
          packed(MatrixView.of(gram, first, later, ColumnSweep.STRIP, from + width - later));
    }
  }

  private float[] packed(MatrixView rows) {
    float[] panel = new float[kernels.leftLength(rows.cols(), rows.rows())];
    kernels.packLeftTransposed(rows, panel);
    return panel;
  }

  /** G between the block and the columns of another one, as a left panel. */
  float[] with(int block) {
    return whole[block];
  }

  /** G between a strip of the block and the columns of the block after it, as a left panel. */
  float[] after(int strip) {
    return inside[strip];
  }
}
