package io.halftone.core.recipe;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Chooses names by patterns in which {@code *} stands for any characters and {@code ?} for one.
 *
 * @param include a name must match one of these; empty means every name
 * @param exclude and none of these
 */
public record NameFilter(List<String> include, List<String> exclude) {
  /** Every name. */
  public static final NameFilter ALL = new NameFilter(List.of(), List.of());

  /** Takes copies of the lists. */
  public NameFilter {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
  }

  /** Whether a name is chosen. */
  public boolean accepts(String name) {
    return (include.isEmpty() || include.stream().anyMatch(pattern -> matches(pattern, name)))
        && exclude.stream().noneMatch(pattern -> matches(pattern, name));
  }

  private static boolean matches(String pattern, String name) {
    String regex =
        pattern
            .codePoints()
            .mapToObj(c -> c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(Character.toString(c)))
            .collect(Collectors.joining());
    return Pattern.compile(regex, Pattern.DOTALL).matcher(name).matches();
  }
}
