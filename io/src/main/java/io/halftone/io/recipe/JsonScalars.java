package io.halftone.io.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import io.halftone.core.recipe.NearestName;
import java.util.Arrays;
import java.util.List;

/**
 * Reads numbers, texts, truth values and enum constants strictly: nothing is converted or rounded
 * to fit.
 */
final class JsonScalars {
  private JsonScalars() {}

  static Object read(JsonNode node, Class<?> type, String path) {
    if (type == int.class || type == Integer.class) {
      return (int) integer(node, node.canConvertToInt(), "an integer of 32 bits", path);
    }
    if (type == long.class || type == Long.class) {
      return integer(node, node.canConvertToLong(), "an integer of 64 bits", path);
    }
    if (type == double.class || type == Double.class) {
      double value = Double.parseDouble(number(node, path));
      return finite(value, Double.isFinite(value), node, path);
    }
    if (type == float.class || type == Float.class) {
      float value = Float.parseFloat(number(node, path));
      return finite(value, Float.isFinite(value), node, path);
    }
    if (type == boolean.class || type == Boolean.class) {
      if (!node.isBoolean()) {
        throw mistyped(node, "true or false", path);
      }
      return node.booleanValue();
    }
    if (type == String.class) {
      return text(node, path);
    }
    if (type.isEnum()) {
      return constant(text(node, path), type, path);
    }
    throw new IllegalArgumentException(
        path + ": a value of " + type.getName() + " has no JSON form");
  }

  static String text(JsonNode node, String path) {
    if (!node.isTextual()) {
      throw mistyped(node, "a text", path);
    }
    return node.textValue();
  }

  static IllegalArgumentException mistyped(JsonNode node, String expected, String path) {
    String found = node.toString();
    String shown = found.length() > 60 ? found.substring(0, 60) + "..." : found;
    return new IllegalArgumentException(path + ": expected " + expected + ", found " + shown);
  }

  private static long integer(JsonNode node, boolean fits, String expected, String path) {
    if (!node.isIntegralNumber() || !fits) {
      throw mistyped(node, expected, path);
    }
    return node.longValue();
  }

  private static String number(JsonNode node, String path) {
    if (!node.isNumber()) {
      throw mistyped(node, "a number", path);
    }
    return node.decimalValue().toString();
  }

  private static Number finite(Number value, boolean isFinite, JsonNode node, String path) {
    if (!isFinite) {
      throw mistyped(node, "a finite number", path);
    }
    return value;
  }

  private static Object constant(String name, Class<?> type, String path) {
    List<Object> constants = Arrays.asList(type.getEnumConstants());
    List<String> names = constants.stream().map(constant -> ((Enum<?>) constant).name()).toList();
    int index = names.indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException(
          path
              + ": unknown "
              + type.getSimpleName()
              + " '"
              + name
              + "', did you mean '"
              + NearestName.to(name, names)
              + "'? Known are "
              + String.join(", ", names));
    }
    return constants.get(index);
  }
}
