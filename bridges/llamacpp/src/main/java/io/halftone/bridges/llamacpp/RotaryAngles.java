package io.halftone.bridges.llamacpp;

import com.sun.jna.NativeLibrary;
import io.halftone.core.kernel.Compute;
import io.halftone.core.model.DecoderConfig;
import io.halftone.core.tensor.FloatMatrix;
import java.io.IOException;

/**
 * ggml's rotary embedding of neighbouring channels: an angle is the one before times a float32
 * ratio, its sine and cosine are those of the C library.
 *
 * @param headSize channels of a head
 * @param pairs of channels that turn
 * @param cos by position, then pair
 * @param sin by position, then pair
 */
record RotaryAngles(int headSize, int pairs, float[] cos, float[] sin) {
  /**
   * Computes the angles.
   *
   * @param positions from 0
   * @throws IOException if the library that llama.cpp calls is not to be had
   */
  static RotaryAngles of(DecoderConfig config, int positions) throws IOException {
    NativeLibrary library = BundledLibrary.load();
    int channels = config.rotary().channels();
    int pairs = channels / 2;
    float ratio =
        library
            .getFunction("powf")
            .invokeFloat(new Object[] {(float) config.rotary().base(), -2f / channels});
    float[] cos = new float[positions * pairs];
    float[] sin = new float[cos.length];
    for (int t = 0; t < positions; t++) {
      float angle = t;
      for (int i = t * pairs; i < (t + 1) * pairs; i++) {
        cos[i] = library.getFunction("cosf").invokeFloat(new Object[] {angle});
        sin[i] = library.getFunction("sinf").invokeFloat(new Object[] {angle});
        angle *= ratio;
      }
    }
    return new RotaryAngles(config.headSize(), pairs, cos, sin);
  }

  /** Turns every head of every token, token t at position t. */
  void turn(FloatMatrix x, Compute compute) {
    compute.parallel(
        x.rows(),
        t -> {
          for (int c = 0; c < x.cols(); c += headSize) {
            turn(x.data(), x.offset(t) + c, t * pairs);
          }
        });
  }

  private void turn(float[] x, int offset, int table) {
    for (int i = 0; i < pairs; i++) {
      int first = offset + 2 * i;
      float a = x[first];
      float b = x[first + 1];
      float c = cos[table + i];
      float s = sin[table + i];
      x[first] = Math.fma(a, c, -(b * s));
      x[first + 1] = Math.fma(a, s, b * c);
    }
  }
}
