package io.halftone.quantizers.catalog;

import io.halftone.core.scheme.LayerScheme;
import java.util.List;

/**
 * What there is to know of a recipe before running it.
 *
 * @param name by which {@link Catalog#named} finds it
 * @param summary one sentence
 * @param source address of the paper or article
 * @param defaultScheme the scheme it is used with when none is asked for
 * @param departures sentences on how the recipe differs from its source, empty when it does not
 */
public record CatalogEntry(
    String name,
    String summary,
    String source,
    LayerScheme defaultScheme,
    List<String> departures) {
  /** Takes a copy of the list. */
  public CatalogEntry {
    departures = List.copyOf(departures);
  }
}
