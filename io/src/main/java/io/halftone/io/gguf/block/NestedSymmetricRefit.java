package io.halftone.io.gguf.block;

/**
 * Least squares for super-blocks without minima, codes fixed: the unit for the cells' integers as
 * they are, then each cell's integer for this unit.
 *
 * @param scales integers lie in [−scales, scales)
 */
record NestedSymmetricRefit(int scales) implements ScaleRefit {
  @Override
  public void refit(Moments moments, int first, BlockFields fields) {
    double square = 0;
    double cross = 0;
    for (int cell = 0; cell < fields.scale.length; cell++) {
      double scale = fields.scale[cell];
      square += scale * scale * moments.codes().qq()[first + cell];
      cross += scale * moments.codes().qx()[first + cell];
    }
    double unit = cross / square;
    if (!(square > 0 && Math.abs(unit) < Half.MAX)) {
      return;
    }
    fields.d = Half.bits((float) unit);
    double d = Half.value(fields.d);
    for (int cell = 0; d != 0 && cell < fields.scale.length; cell++) {
      double own = moments.codes().qq()[first + cell];
      if (own > 0) {
        double nearest = Math.rint(moments.codes().qx()[first + cell] / (own * d));
        fields.scale[cell] = (byte) Math.max(-scales, Math.min(scales - 1, nearest));
      }
    }
  }
}
