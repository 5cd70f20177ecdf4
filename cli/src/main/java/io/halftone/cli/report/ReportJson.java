package io.halftone.cli.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.databind.ser.std.StdDelegatingSerializer;
import com.fasterxml.jackson.databind.util.StdConverter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.function.Function;

/**
 * The JSON form of the report's records: components in declared order, enums as their labels, instants in ISO 8601 and
 * numbers that are not finite (not measured, or the SQNR of an exact layer) as {@code null}.
 */
public final class ReportJson {

  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .registerModule(
              new SimpleModule("halftone-report")
                  .addSerializer(Double.class, as(Double.class, ReportJson::number))
                  .addSerializer(Double.TYPE, as(Double.class, ReportJson::number))
                  .addSerializer(Instant.class, text(Instant.class, Instant::toString))
                  .addSerializer(OutcomeKind.class, text(OutcomeKind.class, OutcomeKind::label))
                  .addSerializer(Placement.class, text(Placement.class, Placement::label)));

  private ReportJson() {}

  /**
   * Returns a value as indented JSON, lines separated by {@code \n}.
   *
   * @param value a {@link ReportData} or any record of this package
   */
  public static String print(Object value) {
    return tree(value).toPrettyString().replace("\r\n", "\n");
  }

  /**
   * Returns a value as a JSON tree.
   *
   * @param value a {@link ReportData} or any record of this package
   */
  public static JsonNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  /**
   * Returns a value as JSON on one line that may stand inside an HTML {@code <script>} element: no {@code <}, {@code >}
   * or {@code &} is left unescaped, so no text in it can end the element or open a comment.
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
