package io.halftone.bridges.llamacpp;

/**
 * ggml's e^x for vectors with fused multiply-adds, one element of it: x = n·ln 2 + b, e^b by a
 * polynomial of degree 5.
 *
 * @see <a href="https://github.com/ggml-org/llama.cpp/blob/b4916/ggml/src/ggml-cpu/ggml-cpu.c">
 *     ggml-cpu.c, ggml_v_expf</a>
 */
final class VectorExponential {
  /** Its sum with a small number has the number's nearest integer in the low bits. */
  private static final float INTEGER_IN_LOW_BITS = 0x1.8p23f;

  private static final float LOG2_E = 0x1.715476p+0f;

  /** ln 2 in two parts, the first exact in few bits. */
  private static final float LN2_HIGH = 0x1.62e4p-1f;

  private static final float LN2_LOW = 0x1.7f7d1cp-20f;

  /** Beyond, 2^n is multiplied in two steps. */
  private static final float ONE_STEP = 126;

  /** Beyond, the result is 0 or infinite. */
  private static final float OUT_OF_RANGE = 192;

  private VectorExponential() {}

  static float of(float x) {
    float z = Math.fma(x, LOG2_E, INTEGER_IN_LOW_BITS);
    float n = z - INTEGER_IN_LOW_BITS;
    float b = Math.fma(-n, LN2_LOW, Math.fma(-n, LN2_HIGH, x));
    float square = b * b;
    float high = Math.fma(0x1.0e4020p-7f, b, 0x1.573e2ep-5f);
    float low = Math.fma(0x1.555e66p-3f, b, 0x1.fffdb6p-2f);
    float tail = Math.fma(Math.fma(high, square, low), square, 0x1.ffffecp-1f * b);
    int exponent = Float.floatToRawIntBits(z) << 23;
    if (Math.abs(n) <= ONE_STEP) {
      float power = Float.intBitsToFloat(exponent + Float.floatToRawIntBits(1));
      return Math.fma(tail, power, power);
    }
    int shift = n <= 0 ? 0x82000000 : 0;
    float first = Float.intBitsToFloat(shift + 0x7f000000);
    if (Math.abs(n) > OUT_OF_RANGE) {
      return first * first;
    }
    float second = Float.intBitsToFloat(exponent - shift);
    return Math.fma(second, tail, second) * first;
  }
}
