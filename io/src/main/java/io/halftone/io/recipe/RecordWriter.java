package io.halftone.io.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.spi.Part;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Optional;

/**
 * Turns records into JSON; {@link RecordReader} is the inverse.
 *
 * @param parts names of the parts
 */
record RecordWriter(PartNames parts) {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /**
   * The JSON of a value.
   *
   * @param declared what a reader will expect in this place
   * @param path of the value, for messages
   * @throws IllegalArgumentException if a reader could not give the same value back
   */
  JsonNode write(Object value, Type declared, String path) {
    if (value instanceof NumberFormat format) {
      return JSON.textNode(NumberFormat.named(format.name()).name());
    }
    if (value instanceof LayerScheme scheme) {
      Optional<String> name = SchemeNames.of(scheme);
      return name.isPresent() ? JSON.textNode(name.get()) : fields(scheme, JSON.objectNode(), path);
    }
    if (value instanceof Part part) {
      return fields(
          part, JSON.objectNode().put(RecordFields.TYPE, parts.of(part.getClass(), path)), path);
    }
    if (value instanceof Record) {
      ObjectNode node = JSON.objectNode();
      if (RecordFields.raw(declared).isSealed()) {
        node.put(RecordFields.TYPE, value.getClass().getSimpleName());
      }
      return fields(value, node, path);
    }
    if (value instanceof List<?> list) {
      ArrayNode array = JSON.arrayNode();
      for (int i = 0; i < list.size(); i++) {
        array.add(write(list.get(i), RecordFields.element(declared, path), path + "[" + i + "]"));
      }
      return array;
    }
    return scalar(value, path);
  }

  private ObjectNode fields(Object owner, ObjectNode node, String path) {
    for (RecordComponent field : RecordFields.of(owner.getClass(), path)) {
      Object value = RecordFields.get(owner, field, path);
      if (!value.equals(RecordFields.USUAL.get(field.getType()))) {
        node.set(
            field.getName(), write(value, field.getGenericType(), path + "." + field.getName()));
      }
    }
    return node;
  }

  private static JsonNode scalar(Object value, String path) {
    if (value instanceof Enum<?> constant) {
      return JSON.textNode(constant.name());
    }
    if (value instanceof String text) {
      return JSON.textNode(text);
    }
    if (value instanceof Boolean flag) {
      return JSON.booleanNode(flag);
    }
    if (value instanceof Integer number) {
      return JSON.numberNode(number);
    }
    if (value instanceof Long number) {
      return JSON.numberNode(number);
    }
    if (value instanceof Float number && Float.isFinite(number)) {
      return JSON.numberNode(number);
    }
    if (value instanceof Double number && Double.isFinite(number)) {
      return JSON.numberNode(number);
    }
    throw new IllegalArgumentException(
        path + ": " + value + " of " + value.getClass().getName() + " has no JSON form");
  }
}
