package io.halftone.cli.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.databind.ser.std.StdDelegatingSerializer;
import com.fasterxml.jackson.databind.util.StdConverter;
import io.halftone.calibration.Placement;
import io.halftone.core.quantized.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Locale;
import java.util.function.Function;

/**
 * The JSON form of the report's records: components in declared order, outcomes as {@code label}
 * and {@code description}, instants in ISO 8601 and numbers that are not finite (not measured, or
 * the SQNR of an exact layer) as {@code null}.
 */
public final class ReportJson {

  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .registerModule(
              new SimpleModule("halftone-report")
                  .addSerializer(Double.class, as(Double.class, ReportJson::number))
                  .addSerializer(Double.TYPE, as(Double.class, ReportJson::number))
                  .addSerializer(Instant.class, text(Instant.class, Instant::toString))
                  .addSerializer(Outcome.class, as(Outcome.class, ReportJson::outcome))
                  .addSerializer(Placement.class, text(Placement.class, ReportJson::label)));

  private ReportJson() {}

  /**
   * Returns a value as indented JSON, lines separated by {@code \n}.
   *
   * @param value a {@link ReportData} or another record
   */
  public static String pretty(Object value) {
    return tree(value).toPrettyString().replace("\r\n", "\n");
  }

  /**
   * Returns a value as a JSON tree.
   *
   * @param value a {@link ReportData} or another record
   */
  public static JsonNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  /**
   * Returns a value as JSON on one line that may stand inside an HTML {@code <script>} element: no
   * {@code <}, {@code >} or {@code &} is left unescaped, so no text in it can end the element or
   * open a comment.
   */
  static String forScript(Object value) {
    try {
      return MAPPER
          .writeValueAsString(value)
          .replace("&", "\\u0026")
          .replace("<", "\\u003c")
          .replace(">", "\\u003e")
          .replace("\u2028", "\\u2028")
          .replace("\u2029", "\\u2029");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode number(Double value) {
    return Double.isFinite(value) ? DoubleNode.valueOf(value) : NullNode.getInstance();
  }

  private static JsonNode outcome(Outcome outcome) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("label", outcome.label())
        .put("description", outcome.describe());
  }

  private static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static <T> StdDelegatingSerializer text(Class<T> type, Function<T, String> label) {
    return as(type, value -> TextNode.valueOf(label.apply(value)));
  }

  private static <T> StdDelegatingSerializer as(Class<T> type, Function<T, JsonNode> convert) {
    return new StdDelegatingSerializer(
        type,
        new StdConverter<T, JsonNode>() {
          @Override
          public JsonNode convert(T value) {
            return convert.apply(value);
          }
        });
  }
}
