package io.halftone.testkit.vectors;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.TreeMap;

/** The floats at which a cast may go wrong: values, ties, ends, and the floats next to them. */
final class Inputs {
  private static final int WIDE = 8;
  private static final int SIXTEEN = 16;
  private final TreeMap<Float, Float> floats = new TreeMap<>();

  private Inputs() {}

  /** In ascending order, −0 before 0; of formats wider than 8 bits a choice of every kind. */
  static Collection<Float> of(Definition format) {
    Inputs inputs = new Inputs();
    for (int i = -1; i <= format.points().size(); i++) {
      if (isChosen(format, i)) {
        inputs.around(format.value(i));
        inputs.around(middle(format, i));
        inputs.around(middle(format, i + 1));
      }
    }
    for (float special :
        new float[] {0, Float.MIN_VALUE, Float.MIN_NORMAL, 1, Float.MAX_VALUE, 1f / 0}) {
      inputs.add(special);
      inputs.add(-special);
    }
    return inputs.floats.values();
  }

  private static boolean isChosen(Definition format, int index) {
    if (format.bits() <= WIDE || index < 0 || index >= format.points().size()) {
      return true;
    }
    int mantissa = format.name().equals("BF16") ? 7 : 10;
    int pattern = format.points().get(index).code() & ((1 << (SIXTEEN - 1)) - 1);
    int field = pattern >> mantissa;
    int fraction = pattern & ((1 << mantissa) - 1);
    int last = (1 << mantissa) - 1;
    boolean edge = fraction < 2 || fraction == last / 2 || fraction == last;
    boolean binade = mantissa != 7 || field % 16 == 0 || field < 2 || field > 252;
    return edge && binade;
  }

  private static BigDecimal middle(Definition format, int index) {
    BigDecimal sum = format.value(index - 1).add(format.value(index));
    return sum.divide(BigDecimal.valueOf(2));
  }

  private void around(BigDecimal value) {
    float nearest = value.floatValue();
    add(nearest);
    add(Math.nextUp(nearest));
    add(Math.nextDown(nearest));
  }

  private void add(float x) {
    floats.put(x, x);
  }
}
