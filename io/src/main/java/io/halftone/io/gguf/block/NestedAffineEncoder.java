package io.halftone.io.gguf.block;

import io.halftone.core.kernel.AffineSearch;
import io.halftone.core.kernel.AffineSearch.Norm;
import io.halftone.core.kernel.Kernels;
import java.util.Arrays;

/**
 * Encodes super-blocks with minima: starts where the reference ends, then alternates nearest codes
 * and least-squares scales, keeping what lowers the error.
 *
 * <p>With uniform importance the start is the reference's result, so the error is never larger.
 * With any other the start is fitted to the importance itself.
 */
final class NestedAffineEncoder extends PanelEncoder {
  private static final int ROUNDS = 2;

  /** What a sum of 32 errors in float may be off by, generously. */
  private static final float CLEARLY = 1 - 0x1p-17f;

  private final AffineSearch search;
  private final int maxScale;
  private final Kernels kernels;
  private final ScaleRefit refit;
  private final float[][] start;
  private final float[] scale = new float[Panel.LANES];
  private final float[] offset = new float[Panel.LANES];
  private final float[] mean = new float[Panel.LANES];
  private final float[] inverse = new float[Panel.LANES];
  private final float[] row = new float[Panel.LANES];
  private final Moments moments = new Moments(Panel.LANES);
  private final float[] error;
  private final BlockFields[] best;

  NestedAffineEncoder(BlockLayout layout, AffineSearch search, int maxScale, Kernels kernels) {
    super(layout);
    this.search = search;
    this.maxScale = maxScale;
    this.kernels = kernels;
    refit = new NestedAffineRefit(maxScale);
    start = new float[layout.cellSize()][Panel.LANES];
    error = new float[fields.length];
    best = new BlockFields[fields.length];
    for (int b = 0; b < best.length; b++) {
      best[b] = new BlockFields(layout);
    }
  }

  @Override
  void choose(int blocks, boolean uniform) {
    start(uniform);
    int cells = layout.cells();
    for (int b = 0; b < blocks; b++) {
      fields[b].d = AffineSearches.nest(scale, b * cells, maxScale, fields[b].scale);
      fields[b].m = AffineSearches.nest(offset, b * cells, maxScale, fields[b].min);
    }
    weightSums();
    Arrays.fill(error, Float.POSITIVE_INFINITY);
    for (int round = 0; round < ROUNDS; round++) {
      measure(blocks);
      for (int b = 0; b < blocks; b++) {
        keep(b);
        refit.refit(moments, b * cells, fields[b]);
      }
    }
    measure(blocks);
    for (int b = 0; b < blocks; b++) {
      keep(b);
      fields[b].copyScales(best[b]);
    }
    codes(blocks);
  }

  private void start(boolean uniform) {
    float[][] weight = panel.w;
    if (uniform) {
      weight = start;
      Arrays.fill(mean, 0);
      if (search.norm() == Norm.SQUARED) {
        for (float[] row : panel.x) {
          PanelLoops.addSquares(row, mean);
        }
        PanelLoops.rootOfMean(mean, panel.cellSize());
      }
      for (int l = 0; l < weight.length; l++) {
        PanelLoops.addMagnitudes(panel.x[l], mean, weight[l]);
      }
    }
    kernels.fitAffine(search, panel.x, weight, Panel.LANES, scale, offset);
  }

  private void weightSums() {
    Arrays.fill(moments.w(), 0);
    Arrays.fill(moments.x(), 0);
    for (int l = 0; l < panel.cellSize(); l++) {
      PanelLoops.addWeights(panel.x[l], panel.w[l], moments.w(), moments.x());
    }
  }

  /** Moments and errors of the nearest codes for the fields as they are. */
  private void measure(int blocks) {
    steps(blocks);
    kernels.measureAffine(
        search.top(), panel.x, panel.w, Panel.LANES, scale, offset, moments.codes());
  }

  private void steps(int blocks) {
    int cells = layout.cells();
    for (int b = 0; b < blocks; b++) {
      float d = Half.value(fields[b].d);
      float m = Half.value(fields[b].m);
      for (int cell = 0; cell < cells; cell++) {
        scale[b * cells + cell] = d * fields[b].scale[cell];
        offset[b * cells + cell] = m * fields[b].min[cell];
      }
    }
  }

  private void keep(int b) {
    int cells = layout.cells();
    float found = moments.error(b * cells, (b + 1) * cells);
    if (found < error[b] * CLEARLY) {
      error[b] = found;
      best[b].copyScales(fields[b]);
    } else {
      fields[b].copyScales(best[b]);
    }
  }

  private void codes(int blocks) {
    steps(blocks);
    PanelLoops.invert(scale, inverse);
    int cells = layout.cells();
    int size = layout.cellSize();
    for (int l = 0; l < size; l++) {
      PanelLoops.codes(panel.x[l], inverse, offset, search.top(), row);
      for (int b = 0; b < blocks; b++) {
        for (int cell = 0; cell < cells; cell++) {
          fields[b].code[cell * size + l] = (byte) Float.floatToRawIntBits(row[b * cells + cell]);
        }
      }
    }
  }
}
