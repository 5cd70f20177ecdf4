package io.halftone.io.recipe;

import io.halftone.core.recipe.NearestName;
import io.halftone.core.spi.Part;
import io.halftone.core.spi.PartProvider;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The parts that can be named in a file, by simple class name.
 *
 * @param byName in the order of the names
 */
record PartNames(SortedMap<String, Class<? extends Part>> byName) {

  /** Every part of every provider on the class path. */
  static PartNames onClassPath() {
    return of(ServiceLoader.load(PartProvider.class));
  }

  static PartNames of(Iterable<PartProvider> providers) {
    SortedMap<String, Class<? extends Part>> byName = new TreeMap<>();
    for (PartProvider provider : providers) {
      for (Class<? extends Part> part : provider.parts()) {
        Class<? extends Part> other = byName.putIfAbsent(part.getSimpleName(), part);
        if (other != null && !other.equals(part)) {
          throw new IllegalArgumentException(
              "two parts are called "
                  + part.getSimpleName()
                  + ": "
                  + other.getName()
                  + " and "
                  + part.getName());
        }
      }
    }
    return new PartNames(byName);
  }

  /**
   * The part of a name.
   *
   * @param kind what is needed, such as {@code GridFitter}
   * @throws IllegalArgumentException if there is no part of that name, or it is of another kind
   */
  Class<?> named(String name, Class<?> kind, String path) {
    Class<? extends Part> part = byName.get(name);
    if (part != null && kind.isAssignableFrom(part)) {
      return part;
    }
    List<String> suitable =
        byName.entrySet().stream()
            .filter(entry -> kind.isAssignableFrom(entry.getValue()))
            .map(Map.Entry::getKey)
            .toList();
    if (suitable.isEmpty()) {
      throw new IllegalArgumentException(
          path + ": no " + kind.getSimpleName() + " is on the class path");
    }
    String complaint =
        part == null
            ? "unknown part '" + name + "', did you mean '" + NearestName.to(name, suitable) + "'?"
            : "'" + name + "' is not a " + kind.getSimpleName() + ";";
    throw new IllegalArgumentException(
        path + ": " + complaint + " known are " + String.join(", ", suitable));
  }

  /**
   * The name of a part.
   *
   * @throws IllegalArgumentException if no provider lists it
   */
  String of(Class<?> part, String path) {
    if (!part.equals(byName.get(part.getSimpleName()))) {
      throw new IllegalArgumentException(
          path
              + ": "
              + part.getName()
              + " has no name in files; list it in a "
              + PartProvider.class.getSimpleName());
    }
    return part.getSimpleName();
  }
}
