package io.halftone.io.recipe;

import io.halftone.core.recipe.NameFilter;
import io.halftone.core.scheme.Clip;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Reads and makes records by their components. */
final class RecordFields {
  /** The field that names a record where several would fit. */
  static final String TYPE = "type";

  /** Values that files leave out, by the type of the field. */
  static final Map<Class<?>, Object> USUAL =
      Map.of(NameFilter.class, NameFilter.ALL, Clip.class, Clip.NONE);

  private RecordFields() {}

  /**
   * The components of a public record.
   *
   * @throws IllegalArgumentException if the class is no public record, or a component is called
   *     {@link #TYPE}
   */
  static List<RecordComponent> of(Class<?> type, String path) {
    if (!type.isRecord()) {
      throw new IllegalArgumentException(path + ": " + type.getName() + " is not a record");
    }
    List<RecordComponent> components = Arrays.asList(type.getRecordComponents());
    if (components.stream().anyMatch(component -> component.getName().equals(TYPE))) {
      throw new IllegalArgumentException(
          path
              + ": "
              + type.getName()
              + " has a component called '"
              + TYPE
              + "', which files need for the record's name");
    }
    return components;
  }

  static Object get(Object owner, RecordComponent component, String path) {
    try {
      return component.getAccessor().invoke(owner);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          path
              + ": "
              + owner.getClass().getName()
              + "."
              + component.getName()
              + " cannot be read; is the record public?",
          e);
    }
  }

  /**
   * Calls the canonical constructor.
   *
   * @throws IllegalArgumentException with the path and the record's own message if it refuses the
   *     values
   */
  static Object create(Class<?> type, Object[] values, String path) {
    Class<?>[] types =
        of(type, path).stream().map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = type.getConstructor(types);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(path + ": " + e.getCause().getMessage(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          path + ": " + type.getName() + " cannot be made; is the record public?", e);
    }
  }

  /** The class of a component's type. */
  static Class<?> raw(Type type) {
    return type instanceof ParameterizedType generic
        ? (Class<?>) generic.getRawType()
        : (Class<?>) type;
  }

  /**
   * The type of a list's elements.
   *
   * @throws IllegalArgumentException if the list is declared without one
   */
  static Type element(Type list, String path) {
    if (list instanceof ParameterizedType generic
        && generic.getActualTypeArguments()[0] instanceof Class<?> type) {
      return type;
    }
    throw new IllegalArgumentException(path + ": a list of " + list + " has no JSON form");
  }
}
