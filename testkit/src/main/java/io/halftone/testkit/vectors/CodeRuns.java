package io.halftone.testkit.vectors;

import java.util.Locale;
import java.util.TreeMap;

/**
 * The values of all codes, as runs of consecutive codes whose values, as float bit patterns, differ
 * by the same step; formats of at most 8 bits have a run for every code.
 */
record CodeRuns(Definition format) {
  private static final int NAN = 0x7FC00000;
  private static final int BYTE = 8;

  void append(StringBuilder text) {
    int[] values = values();
    for (int first = 0; first < values.length; ) {
      int last = first;
      int step = 0;
      if (format.bits() > BYTE && first + 1 < values.length) {
        step = values[first + 1] - values[first];
        while (last + 1 < values.length && values[last + 1] - values[last] == step) {
          last++;
        }
      }
      int digits = (format.bits() + 3) / 4;
      String row = "%s\t%0" + digits + "x\t%0" + digits + "x\t%08x\t%x\n";
      text.append(String.format(Locale.ROOT, row, format.name(), first, last, values[first], step));
      first = last + 1;
    }
  }

  private int[] values() {
    int mask = (1 << format.bits()) - 1;
    TreeMap<Integer, Integer> values = new TreeMap<>();
    for (Definition.Point point : format.points()) {
      float value = point.value().floatValue();
      values.put(point.code() & mask, Float.floatToRawIntBits(value));
    }
    format.negativeZero().ifPresent(code -> values.put(code, Float.floatToRawIntBits(-0f)));
    if (!format.infinity().isEmpty()) {
      values.put(format.infinity().get(0), Float.floatToRawIntBits(Float.NEGATIVE_INFINITY));
      values.put(format.infinity().get(1), Float.floatToRawIntBits(Float.POSITIVE_INFINITY));
    }
    int[] all = new int[mask + 1];
    for (int code = 0; code <= mask; code++) {
      all[code] = values.getOrDefault(code, NAN);
    }
    return all;
  }
}
