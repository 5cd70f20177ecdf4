package io.halftone.io.convert;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Collectors;

/** The runtimes whose reading is known, from a table in {@code capabilities.json}. */
public final class ModelRuntimes {
  private static final List<ModelRuntime> ALL = load();

  private ModelRuntimes() {}

  private static List<ModelRuntime> load() {
    try (InputStream table = ModelRuntimes.class.getResourceAsStream("capabilities.json")) {
      return List.copyOf(
          new ObjectMapper().readValue(table, new TypeReference<List<ModelRuntime>>() {}));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All of them; several versions of one are several entries, older ones first. */
  public static List<ModelRuntime> all() {
    return ALL;
  }

  /**
   * The newest known version of a runtime, or the one named behind an {@code @}.
   *
   * @throws IllegalArgumentException if it is not known; lists those that are
   */
  public static ModelRuntime named(String id) {
    return ALL.stream()
        .filter(runtime -> runtime.runtime().equals(id) || runtime.id().equals(id))
        .reduce((older, newer) -> newer)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown runtime '"
                        + id
                        + "'; known are "
                        + ALL.stream().map(ModelRuntime::id).collect(Collectors.joining(", "))));
  }
}
