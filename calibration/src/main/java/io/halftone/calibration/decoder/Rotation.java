package io.halftone.calibration.decoder;

import io.halftone.core.kernel.Compute;
import io.halftone.core.model.DecoderConfig;
import io.halftone.core.model.RopePairing;
import io.halftone.core.tensor.FloatMatrix;
import java.util.Arrays;

/**
 * A rotary position embedding: each pair of channels of a head turns by position times its
 * frequency.
 *
 * <p>(a, b) becomes (a·cos − b·sin, b·cos + a·sin). Angles, sines and cosines are computed in
 * double by {@link StrictMath} and rounded once to float.
 *
 * @see <a href="https://arxiv.org/abs/2104.09864">Su et al., RoFormer, 2021, equation 34</a>
 */
final class Rotation {
  private final int headSize;
  private final int pairs;
  private final RopePairing pairing;

  /** By position, then pair. */
  private final float[] cos;

  private final float[] sin;

  private Rotation(int headSize, int pairs, RopePairing pairing, float[] cos, float[] sin) {
    this.headSize = headSize;
    this.pairs = pairs;
    this.pairing = pairing;
    this.cos = cos;
    this.sin = sin;
  }

  /**
   * Computes the tables.
   *
   * @param divisors of the frequencies beside the configured scaling, one per pair, or empty
   */
  static Rotation of(DecoderConfig config, RopePairing pairing, float[] divisors) {
    DecoderConfig.Rotary rotary = config.rotary();
    int pairs = rotary.channels() / 2;
    double[] frequency = new double[pairs];
    for (int i = 0; i < pairs; i++) {
      double trained = StrictMath.pow(rotary.base(), -2.0 * i / rotary.channels());
      double divisor = divisors.length == 0 ? 1 : divisors[i];
      frequency[i] = trained / rotary.scaling().divisor(trained) / divisor;
    }
    float[] cos = new float[config.contextLength() * pairs];
    float[] sin = new float[cos.length];
    for (int t = 0; t < config.contextLength(); t++) {
      for (int i = 0; i < pairs; i++) {
        cos[t * pairs + i] = (float) StrictMath.cos(t * frequency[i]);
        sin[t * pairs + i] = (float) StrictMath.sin(t * frequency[i]);
      }
    }
    return new Rotation(config.headSize(), pairs, pairing, cos, sin);
  }

  /**
   * Rotates every head of every token.
   *
   * @param x [tokens, heads·headSize], read and written
   * @param lengths of the sequences whose tokens follow each other in x
   */
  void apply(FloatMatrix x, int[] lengths, Compute compute) {
    int[] position = new int[x.rows()];
    int row = 0;
    for (int length : lengths) {
      for (int t = 0; t < length; t++) {
        position[row++] = t;
      }
    }
    rotate(x, position, compute);
  }

  /** Rotates every head of tokens that all stand at one position. */
  void applyAt(FloatMatrix x, int position, Compute compute) {
    int[] positions = new int[x.rows()];
    Arrays.fill(positions, position);
    rotate(x, positions, compute);
  }

  /** Turns every head back: the inverse of {@link #apply}, and its transpose. */
  void undo(FloatMatrix x, int[] lengths, Compute compute) {
    new Rotation(headSize, pairs, pairing, cos, negative(sin)).apply(x, lengths, compute);
  }

  private static float[] negative(float[] values) {
    float[] negative = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      negative[i] = -values[i];
    }
    return negative;
  }

  private void rotate(FloatMatrix x, int[] position, Compute compute) {
    compute.parallel(
        x.rows(),
        t -> {
          for (int c = 0; c < x.cols(); c += headSize) {
            rotate(x.data(), x.offset(t) + c, position[t] * pairs);
          }
        });
  }

  private void rotate(float[] x, int offset, int table) {
    int step = pairing == RopePairing.HALF_SPLIT ? 1 : 2;
    int apart = pairing == RopePairing.HALF_SPLIT ? pairs : 1;
    for (int i = 0; i < pairs; i++) {
      int first = offset + i * step;
      float a = x[first];
      float b = x[first + apart];
      float c = cos[table + i];
      float s = sin[table + i];
      x[first] = Math.fma(a, c, -(b * s));
      x[first + apart] = Math.fma(b, c, a * s);
    }
  }
}
