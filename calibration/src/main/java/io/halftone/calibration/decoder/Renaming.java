package io.halftone.calibration.decoder;

import io.halftone.core.model.DecoderConfig;
import io.halftone.core.model.RopePairing;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the tensors of one table are called in another table of the same kind of decoder. */
public final class Renaming {
  private Renaming() {}

  /**
   * Names by the roles they play.
   *
   * @param from table whose names are looked up
   * @param to table whose names are the keys
   * @return by name in {@code to}, the name in {@code from}; optional tensors are among them
   * @throws IllegalArgumentException if the tables have other roles, other norms or another form of
   *     the query's rows that no order of rows makes up for
   */
  public static Map<String, String> of(Architecture from, Architecture to, DecoderConfig config) {
    requireSame(from, to, from.linears().keySet().equals(to.linears().keySet()), "linears");
    requireSame(from, to, from.norms().keySet().equals(to.norms().keySet()), "norms");
    requireSame(from, to, from.norm() == to.norm(), "formula of norms");
    requireSame(
        from,
        to,
        from.pairing() == to.pairing() || !to.linears().containsKey(LinearRole.QUERY_KEY_VALUE),
        "order of rotated rows");
    Map<String, String> names = new LinkedHashMap<>();
    names.put(to.embedding(), from.embedding());
    for (int b = 0; b < config.blocks(); b++) {
      for (LinearRole role : LinearRole.values()) {
        if (to.linears().containsKey(role)) {
          addBoth(names, to.linear(role, b), from.linear(role, b));
        }
      }
      for (NormRole role : NormRole.values()) {
        if (to.norms().containsKey(role)) {
          addBoth(names, to.norm(role, b), from.norm(role, b));
        }
      }
    }
    names.put(to.head(), from.head());
    return names;
  }

  /** Tensors whose rows a rotary embedding turns in pairs: those of queries and keys. */
  public static Set<String> rotated(Architecture table, DecoderConfig config) {
    Set<String> names = new LinkedHashSet<>();
    for (int b = 0; b < config.blocks(); b++) {
      for (LinearRole role : List.of(LinearRole.QUERY, LinearRole.KEY)) {
        if (table.linears().containsKey(role)) {
          names.add(Architecture.weight(table.linear(role, b)));
          names.add(Architecture.bias(table.linear(role, b)));
        }
      }
    }
    return names;
  }

  /**
   * The row of a file with one pairing that stands at a place of a file with the other.
   *
   * @param row in a file of {@link RopePairing#HALF_SPLIT}
   * @param headSize channels of a head, all of them rotated
   * @return the same row in a file of {@link RopePairing#INTERLEAVED}
   */
  public static int interleavedRow(int row, int headSize) {
    int channel = row % headSize;
    int half = headSize / 2;
    return row - channel + (channel < half ? 2 * channel : 2 * (channel - half) + 1);
  }

  private static void addBoth(Map<String, String> names, String to, String from) {
    names.put(Architecture.weight(to), Architecture.weight(from));
    names.put(Architecture.bias(to), Architecture.bias(from));
  }

  private static void requireSame(Architecture from, Architecture to, boolean same, String what) {
    if (!same) {
      throw new IllegalArgumentException(
          "a model with the names of '"
              + from.name()
              + "' cannot be read as '"
              + to.name()
              + "': they differ in "
              + what);
    }
  }
}
