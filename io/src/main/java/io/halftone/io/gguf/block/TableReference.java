package io.halftone.io.gguf.block;

/**
 * The reference's encoders of types whose levels are a table.
 *
 * @see <a href="https://github.com/ggml-org/llama.cpp">ggml-quants.c, quantize_iq4_nl,
 *     quantize_row_mxfp4_ref, quantize_row_nvfp4_ref</a>
 */
final class TableReference {
  private static final float NEGLIGIBLE = 1e-15f;
  private static final int TRIES = 7;
  private static final double LN_2 = StrictMath.log(2);

  /** The exponent of 6, the largest E2M1 value, rounded down. */
  private static final int E2M1_EXPONENT = 2;

  private static final float E2M1_MAX = 6;

  private TableReference() {}

  /**
   * IQ4_NL: least squares with weights x² for 16 ranges; the best scale, then the nearest codes.
   */
  static void nonLinear(float[] x, int at, BlockFields fields) {
    float[] levels = Levels.NON_LINEAR;
    float extreme = Extremes.signed(x, at, fields.code.length);
    if (Math.abs(extreme) < NEGLIGIBLE) {
      fields.d = 0;
      codes(x, at, 0, fields);
      return;
    }
    Moments best = new Moments(x, at, fields.code.length, 1 / (-extreme / levels[0]));
    float scale = best.square > 0 ? best.cross / best.square : 0;
    float gain = scale * best.cross;
    for (int i = -TRIES; i <= TRIES; i++) {
      Moments tried = new Moments(x, at, fields.code.length, (i + levels[0]) / extreme);
      if (tried.square > 0 && tried.cross * tried.cross > gain * tried.square) {
        scale = tried.cross / tried.square;
        gain = scale * tried.cross;
      }
    }
    fields.d = Half.bits(scale);
    codes(x, at, Extremes.reciprocal(scale), fields);
  }

  private static void codes(float[] x, int at, float inverse, BlockFields fields) {
    for (int i = 0; i < fields.code.length; i++) {
      fields.code[i] = (byte) nearestNonLinear(inverse * x[at + i]);
    }
  }

  /** The level nearest to a value; the upper of two that are as near. */
  static int nearestNonLinear(float value) {
    float[] levels = Levels.NON_LINEAR;
    int index = 0;
    for (int step = levels.length / 2; step > 0; step /= 2) {
      int next = index + step;
      index = value + value >= levels[next - 1] + levels[next] ? next : index;
    }
    return index;
  }

  /** Σ w·q·x and Σ w·q² of the codes q nearest to x times an inverse step, w = x². */
  private static final class Moments {
    float cross;
    float square;

    Moments(float[] x, int at, int count, float inverse) {
      for (int i = at; i < at + count; i++) {
        float level = Levels.NON_LINEAR[nearestNonLinear(inverse * x[i])];
        float weight = x[i] * x[i];
        cross += weight * level * x[i];
        square += weight * level * level;
      }
    }
  }

  /** MXFP4: the exponent of the largest magnitude, less that of the largest level. */
  static void mxfp4(float[] x, int at, BlockFields fields) {
    float largest = Math.abs(Extremes.signed(x, at, fields.code.length));
    int exponent =
        largest > 0
            ? (int) Math.floor((float) (StrictMath.log(largest) / LN_2)) - E2M1_EXPONENT + 127
            : 0;
    fields.scale[0] = (byte) Math.max(0, exponent);
    float step = Mxfp4Layout.powerOfTwo(fields.scale[0] & 0xff);
    e2m1(x, at, 0, fields.code.length, step, fields);
  }

  /** NVFP4: the largest magnitude of a cell becomes 6, scales rounded half up. */
  static void nvfp4(float[] x, int at, BlockFields fields) {
    int size = fields.code.length / fields.scale.length;
    for (int cell = 0; cell < fields.scale.length; cell++) {
      int first = cell * size;
      float largest = Math.abs(Extremes.signed(x, at + first, size));
      fields.scale[cell] = (byte) unsignedE4M3(largest / E2M1_MAX);
      e2m1(x, at, first, size, Nvfp4Layout.step(fields.scale[cell] & 0xff), fields);
    }
  }

  private static void e2m1(
      float[] x, int at, int first, int count, float step, BlockFields fields) {
    for (int i = first; i < first + count; i++) {
      fields.code[i] = (byte) nearestE2m1(x[at + i], step);
    }
  }

  /** The code nearest to a value; the first of those as near, so never that of −0. */
  static int nearestE2m1(float value, float step) {
    int best = 0;
    float error = Math.abs(value);
    for (int code = 1; code < Levels.DOUBLED_E2M1.length; code++) {
      float tried = Math.abs(Levels.DOUBLED_E2M1[code] * step - value);
      if (tried < error) {
        best = code;
        error = tried;
      }
    }
    return best;
  }

  /** E4M3 code without sign, half up, at most the code before NaN. */
  static int unsignedE4M3(float value) {
    if (!(value > 0)) {
      return 0;
    }
    int bits = Float.floatToRawIntBits(Math.min(value, 448f));
    int exponent = (bits >>> 23) - 127 + 7;
    if (exponent <= 0) {
      return Math.min(7, (int) (value * 512 + 0.5f));
    }
    int rounded = (exponent << 3 | bits >>> 20 & 7) + (bits >>> 19 & 1);
    return exponent >= 15 ? 0x7e : Math.min(rounded, 0x7e);
  }
}
