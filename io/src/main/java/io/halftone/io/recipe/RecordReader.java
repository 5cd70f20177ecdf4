package io.halftone.io.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.recipe.NearestName;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.spi.Part;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Makes records from JSON, and says where the JSON does not fit.
 *
 * @param parts names of the parts
 */
record RecordReader(PartNames parts) {

  /**
   * The value of a piece of JSON.
   *
   * @param declared type of the value
   * @param path of the JSON, such as {@code $.steps[0].part}
   * @throws IllegalArgumentException naming the path and what is wrong there
   */
  Object read(JsonNode node, Type declared, String path) {
    Class<?> type = RecordFields.raw(declared);
    if (NumberFormat.class.isAssignableFrom(type)) {
      return located(path, () -> NumberFormat.named(JsonScalars.text(node, path)));
    }
    if (type == LayerScheme.class && node.isTextual()) {
      return located(path, () -> Schemes.named(node.textValue()));
    }
    if (type == List.class) {
      return list(node, RecordFields.element(declared, path), path);
    }
    if (Part.class.isAssignableFrom(type)) {
      return record(node, parts.named(typeOf(node, path), type, path), path);
    }
    if (type.isSealed() && !type.isEnum()) { // an enum is sealed when its constants have bodies
      return record(node, permitted(type, typeOf(node, path), path), path);
    }
    return type.isRecord() ? record(node, type, path) : JsonScalars.read(node, type, path);
  }

  private List<Object> list(JsonNode node, Type element, String path) {
    if (!node.isArray()) {
      throw JsonScalars.mistyped(node, "an array", path);
    }
    List<Object> values = new ArrayList<>();
    for (JsonNode item : node) {
      values.add(read(item, element, path + "[" + values.size() + "]"));
    }
    return values;
  }

  private Object record(JsonNode node, Class<?> type, String path) {
    requireObject(node, path);
    Map<String, RecordComponent> fields = new LinkedHashMap<>();
    RecordFields.of(type, path).forEach(field -> fields.put(field.getName(), field));
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      requireKnown(names.next(), fields, type, path);
    }
    List<Object> values = new ArrayList<>();
    for (RecordComponent field : fields.values()) {
      JsonNode value = node.get(field.getName());
      Object usual = RecordFields.USUAL.get(field.getType());
      if (value == null && usual == null) {
        throw new IllegalArgumentException(
            path + ": field '" + field.getName() + "' of " + type.getSimpleName() + " is missing");
      }
      values.add(
          value == null
              ? usual
              : read(value, field.getGenericType(), path + "." + field.getName()));
    }
    return RecordFields.create(type, values.toArray(), path);
  }

  private static void requireKnown(
      String name, Map<String, RecordComponent> fields, Class<?> type, String path) {
    if (fields.containsKey(name) || name.equals(RecordFields.TYPE)) {
      return;
    }
    throw new IllegalArgumentException(
        path
            + ": "
            + type.getSimpleName()
            + " has no field '"
            + name
            + "'"
            + (fields.isEmpty()
                ? " and takes none"
                : ", did you mean '"
                    + NearestName.to(name, fields.keySet())
                    + "'? It has "
                    + String.join(", ", fields.keySet())));
  }

  private static Class<?> permitted(Class<?> sealed, String name, String path) {
    Map<String, Class<?>> cases =
        Arrays.stream(sealed.getPermittedSubclasses())
            .collect(
                Collectors.toMap(
                    Class::getSimpleName,
                    type -> type,
                    (first, second) -> first,
                    LinkedHashMap::new));
    Class<?> found = cases.get(name);
    if (found == null) {
      throw new IllegalArgumentException(
          path
              + ": unknown "
              + sealed.getSimpleName()
              + " '"
              + name
              + "', did you mean '"
              + NearestName.to(name, cases.keySet())
              + "'? Known are "
              + String.join(", ", cases.keySet()));
    }
    return found;
  }

  private static String typeOf(JsonNode node, String path) {
    requireObject(node, path);
    JsonNode name = node.get(RecordFields.TYPE);
    if (name == null) {
      throw new IllegalArgumentException(path + ": field '" + RecordFields.TYPE + "' is missing");
    }
    return JsonScalars.text(name, path + "." + RecordFields.TYPE);
  }

  private static void requireObject(JsonNode node, String path) {
    if (!node.isObject()) {
      throw JsonScalars.mistyped(node, "an object", path);
    }
  }

  private static <T> T located(String path, Supplier<T> lookup) {
    try {
      return lookup.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
    }
  }
}
