package io.halftone.io.gguf.block;

/** Least squares for blocks with one scale, or one scale and one minimum, codes fixed. */
enum FlatRefit implements ScaleRefit {
  /** scale = Σ w·q·x / Σ w·q². */
  SCALE {
    @Override
    public void refit(Moments moments, int first, BlockFields fields) {
      double square = moments.codes().qq()[first];
      double scale = moments.codes().qx()[first] / square;
      if (square > 0 && Math.abs(scale) < Half.MAX) {
        fields.d = Half.bits((float) scale);
      }
    }
  },

  /** Scale and minimum together. */
  SCALE_AND_MINIMUM {
    @Override
    public void refit(Moments moments, int first, BlockFields fields) {
      double w = moments.w()[first];
      double x = moments.x()[first];
      double q = moments.codes().q()[first];
      double qq = moments.codes().qq()[first];
      double qx = moments.codes().qx()[first];
      double determinant = w * qq - q * q;
      double scale = (w * qx - q * x) / determinant;
      double minimum = (qq * x - q * qx) / determinant;
      if (determinant > 0 && Math.abs(scale) < Half.MAX && Math.abs(minimum) < Half.MAX) {
        fields.d = Half.bits((float) scale);
        fields.m = Half.bits((float) minimum);
      }
    }
  },

  /** Scales that are not numbers to solve for stay as they are. */
  NONE {
    @Override
    public void refit(Moments moments, int first, BlockFields fields) {}
  }
}
