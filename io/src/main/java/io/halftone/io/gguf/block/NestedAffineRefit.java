package io.halftone.io.gguf.block;

/**
 * Least squares for super-blocks with minima, codes fixed: first both units for the cells' integers
 * as they are, then each cell's integers for these units.
 *
 * @param maxScale largest integer of a cell
 */
record NestedAffineRefit(int maxScale) implements ScaleRefit {
  @Override
  public void refit(Moments moments, int first, BlockFields fields) {
    units(moments, first, fields);
    double d = Half.value(fields.d);
    double m = Half.value(fields.m);
    for (int cell = 0; d > 0 && cell < fields.scale.length; cell++) {
      integers(moments, first + cell, d, m, cell, fields);
    }
  }

  private static void units(Moments moments, int first, BlockFields fields) {
    double ss = 0;
    double sm = 0;
    double mm = 0;
    double sx = 0;
    double mx = 0;
    for (int cell = 0; cell < fields.scale.length; cell++) {
      int i = first + cell;
      double scale = fields.scale[cell];
      double min = fields.min[cell];
      ss += scale * scale * moments.codes().qq()[i];
      sm += scale * min * moments.codes().q()[i];
      mm += min * min * moments.w()[i];
      sx += scale * moments.codes().qx()[i];
      mx += min * moments.x()[i];
    }
    double determinant = ss * mm - sm * sm;
    double d = (sx * mm - mx * sm) / determinant;
    double m = (sx * sm - mx * ss) / determinant;
    if (!(determinant > 0 && d > 0 && m >= 0)) {
      d = ss > 0 ? (sx + Half.value(fields.m) * sm) / ss : 0;
      m = Half.value(fields.m);
    }
    if (d > 0 && d < Half.MAX && m < Half.MAX) {
      fields.d = Half.bits((float) d);
      fields.m = Half.bits((float) m);
    }
  }

  /** Tries the minimum and its neighbours, each with the scale that is best for it. */
  private void integers(Moments moments, int i, double d, double m, int cell, BlockFields fields) {
    double qq = moments.codes().qq()[i];
    double perStep = qq > 0 ? 1 / (qq * d) : 0;
    double best = Double.POSITIVE_INFINITY;
    int min = fields.min[cell];
    for (int tried = Math.max(0, min - 1); tried <= Math.min(maxScale, min + 1); tried++) {
      double offset = m * tried;
      double cross = moments.codes().qx()[i] + offset * moments.codes().q()[i];
      int scale = Rounding.clamp((int) Math.rint(cross * perStep), 0, maxScale);
      double step = d * scale;
      double error =
          step * (step * qq - 2 * cross) + offset * (2 * moments.x()[i] + offset * moments.w()[i]);
      if (error < best) {
        best = error;
        fields.scale[cell] = (byte) scale;
        fields.min[cell] = (byte) tried;
      }
    }
  }
}
