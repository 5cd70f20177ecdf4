package io.halftone.core.format;

import java.util.List;
import java.util.Objects;

/**
 * A few values given one by one; the code is the index.
 *
 * <p>Encoding takes the nearest value; a tie, decided exactly in double, goes to the even code.
 *
 * @param name unique among formats
 * @param values 2 to 256 finite values in ascending order
 * @see <a href="https://arxiv.org/abs/2305.14314">Dettmers et al., QLoRA, 2023, appendix E
 *     (NF4)</a>
 */
public record TableFormat(String name, List<Float> values) implements NumberFormat {
  private static final int MAX_VALUES = 256;

  /**
   * Takes a copy of the values.
   *
   * @throws IllegalArgumentException if their number is out of range, or they are not finite and
   *     ascending
   */
  public TableFormat {
    Objects.requireNonNull(name, "name");
    values = List.copyOf(values);
    if (values.size() < 2 || values.size() > MAX_VALUES) {
      throw new IllegalArgumentException(
          "table " + name + " has " + values.size() + " values, must have 2 to 256");
    }
    for (int i = 0; i < values.size(); i++) {
      if (!Float.isFinite(values.get(i)) || (i > 0 && values.get(i) <= values.get(i - 1))) {
        throw new IllegalArgumentException(
            "value "
                + values.get(i)
                + " at index "
                + i
                + " of table "
                + name
                + " is not finite or not above the one before");
      }
    }
  }

  /** {@inheritDoc} The smallest width that holds every index. */
  @Override
  public int bits() {
    return Integer.SIZE - Integer.numberOfLeadingZeros(values.size() - 1);
  }

  @Override
  public int minCode() {
    return 0;
  }

  @Override
  public int maxCode() {
    return values.size() - 1;
  }

  @Override
  public float maxValue() {
    return values.get(maxCode());
  }

  @Override
  public float minValue() {
    return values.get(0);
  }

  @Override
  public float decode(int code) {
    if (code < 0 || code > maxCode()) {
      throw Formats.codeOutOfRange(this, code);
    }
    return values.get(code);
  }

  @Override
  public int encode(float x) {
    if (Float.isNaN(x)) {
      throw Formats.notEncodable(this);
    }
    int above = firstAbove(x);
    if (above == 0 || above == values.size()) {
      return Math.max(0, above - 1);
    }
    double down = (double) x - values.get(above - 1);
    double up = (double) values.get(above) - x;
    boolean tieGoesUp = above % 2 == 0;
    return down < up || (down == up && !tieGoesUp) ? above - 1 : above;
  }

  /** Index of the first value greater than x; the number of values if there is none. */
  private int firstAbove(float x) {
    int low = 0;
    int high = values.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (values.get(middle) > x) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  @Override
  public float round(float x) {
    return values.get(encode(x));
  }
}
