package io.halftone.core.model;

/** How the frequencies of a rotary position embedding are stretched for longer contexts. */
public sealed interface RotaryScaling {
  /**
   * Divisor of a frequency.
   *
   * @param frequency of a pair of channels, in radians per position
   */
  double divisor(double frequency);

  /** Frequencies as trained. */
  record None() implements RotaryScaling {
    @Override
    public double divisor(double frequency) {
      return 1;
    }
  }

  /**
   * All frequencies divided by one factor.
   *
   * @param factor at least 1
   * @see <a href="https://arxiv.org/abs/2306.15595">Chen et al., Position Interpolation, 2023</a>
   */
  record Linear(double factor) implements RotaryScaling {
    @Override
    public double divisor(double frequency) {
      return factor;
    }
  }

  /**
   * Low frequencies divided by a factor, high ones kept, those between interpolated.
   *
   * <p>With the wavelength λ = 2π/frequency and r = context/λ: the frequency is kept for r &gt;
   * high, divided by {@code factor} for r &lt; low, and between multiplied by (1 − t)/factor + t, t
   * = (r − low)/(high − low).
   *
   * @param factor at least 1
   * @param low below this many turns in the trained context a frequency is low
   * @param high above this many it is high
   * @param context the trained context in tokens
   * @see <a href="https://arxiv.org/abs/2407.21783">Grattafiori et al., The Llama 3 Herd of Models,
   *     2024</a>
   */
  record Banded(double factor, double low, double high, int context) implements RotaryScaling {
    /** Validates the bands. */
    public Banded {
      if (!(low < high)) {
        throw new IllegalArgumentException("low is " + low + ", must be below high, " + high);
      }
    }

    @Override
    public double divisor(double frequency) {
      double turns = context * frequency / (2 * Math.PI);
      if (turns > high) {
        return 1;
      }
      if (turns < low) {
        return factor;
      }
      double kept = (turns - low) / (high - low);
      return 1 / ((1 - kept) / factor + kept);
    }
  }
}
