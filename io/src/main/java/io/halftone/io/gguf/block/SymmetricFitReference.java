package io.halftone.io.gguf.block;

/**
 * The reference's fit of a scale to the weights of a cell, importance x².
 *
 * @see <a href="https://github.com/ggml-org/llama.cpp">ggml-quants.c, make_qx_quants and
 *     make_q3_quants</a>
 */
abstract class SymmetricFitReference {
  private static final float NEGLIGIBLE = 1e-15f;

  /** Weights a cell. */
  final int count;

  /** Codes lie in [−zero, zero). */
  final int zero;

  /** Codes less zero. */
  final int[] tried;

  /** Σ w·q·x. */
  float cross;

  /** Σ w·q². */
  float square;

  private SymmetricFitReference(int count, int zero) {
    this.count = count;
    this.zero = zero;
    tried = new int[count];
  }

  /** The best of 19 ranges around the full one. */
  static SymmetricFitReference ranges(int count, int zero) {
    return new Ranges(count, zero);
  }

  /** The full range, then up to five passes that change one code at a time. */
  static SymmetricFitReference descent(int count, int zero) {
    return new Descent(count, zero);
  }

  /**
   * Fits a cell.
   *
   * @param x read
   * @param code written from {@code first}
   * @return the scale, which may be negative
   */
  final float fit(float[] x, int at, byte[] code, int first) {
    float extreme = Extremes.signed(x, at, count);
    if (Math.abs(extreme) < NEGLIGIBLE) {
      java.util.Arrays.fill(code, first, first + count, (byte) 0);
      return 0;
    }
    round(x, at, -zero / extreme);
    keep(code, first);
    return improve(x, at, extreme, code, first);
  }

  abstract float improve(float[] x, int at, float extreme, byte[] code, int first);

  final void round(float[] x, int at, float inverse) {
    cross = 0;
    square = 0;
    for (int i = 0; i < count; i++) {
      float value = x[at + i];
      tried[i] = Rounding.clamp(Rounding.nearest(inverse * value), -zero, zero - 1);
      float weight = value * value;
      cross += weight * value * tried[i];
      square += weight * tried[i] * tried[i];
    }
  }

  final void keep(byte[] code, int first) {
    for (int i = 0; i < count; i++) {
      code[first + i] = (byte) (tried[i] + zero);
    }
  }

  private static final class Ranges extends SymmetricFitReference {
    private static final int TRIES = 9;

    Ranges(int count, int zero) {
      super(count, zero);
    }

    @Override
    float improve(float[] x, int at, float extreme, byte[] code, int first) {
      float scale = square == 0 ? 0 : cross / square;
      float best = scale * cross;
      for (int i = -TRIES; i <= TRIES; i++) {
        if (i != 0) {
          round(x, at, -(zero + 0.1f * i) / extreme);
          if (square > 0 && cross * cross > best * square) {
            keep(code, first);
            scale = cross / square;
            best = scale * cross;
          }
        }
      }
      return scale;
    }
  }

  private static final class Descent extends SymmetricFitReference {
    private static final int PASSES = 5;

    Descent(int count, int zero) {
      super(count, zero);
    }

    @Override
    float improve(float[] x, int at, float extreme, byte[] code, int first) {
      boolean changed = true;
      for (int pass = 0; pass < PASSES && changed; pass++) {
        changed = false;
        for (int i = 0; i < count; i++) {
          changed |= change(i, x[at + i]);
        }
      }
      keep(code, first);
      return square > 0 ? cross / square : 0;
    }

    private boolean change(int i, float value) {
      float weight = value * value;
      float otherCross = cross - weight * value * tried[i];
      if (!(otherCross > 0)) {
        return false;
      }
      float otherSquare = square - weight * tried[i] * tried[i];
      int nearest = Rounding.nearest(value * otherSquare / otherCross);
      int better = Rounding.clamp(nearest, -zero, zero - 1);
      if (better == tried[i]) {
        return false;
      }
      otherCross += weight * value * better;
      otherSquare += weight * better * better;
      if (!(otherSquare > 0 && otherCross * otherCross * square > cross * cross * otherSquare)) {
        return false;
      }
      tried[i] = better;
      cross = otherCross;
      square = otherSquare;
      return true;
    }
  }
}
