package io.halftone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a command line did.
 *
 * @param code exit code
 * @param out standard output
 * @param err standard error, without progress bars
 */
record CommandRun(int code, String out, String err) {
  private static final ObjectMapper STRICT =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  static CommandRun of(Object... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code;
    try (PrintStream outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream errStream = new PrintStream(err, true, StandardCharsets.UTF_8)) {
      code =
          Halftone.run(
              Arrays.stream(words).map(Object::toString).toArray(String[]::new),
              outStream,
              errStream);
    }
    return new CommandRun(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** Standard output as the one JSON object it must be. */
  JsonNode json() {
    assertDone();
    return json(out);
  }

  static JsonNode json(String text) {
    try {
      JsonNode node = STRICT.readTree(text);
      assertTrue(node.isObject(), text);
      return node;
    } catch (IOException e) {
      throw new UncheckedIOException("not one JSON object: " + text, e);
    }
  }

  CommandRun assertDone() {
    assertEquals(0, code, err);
    return this;
  }

  /** Refused for what the user gave: exit code 2, a message with all parts and no stack trace. */
  void assertRefused(String... parts) {
    assertFailed(2, parts);
  }

  void assertFailed(int expected, String... parts) {
    assertEquals(expected, code, err);
    assertEquals("", out);
    assertFalse(err.contains("\tat "), err);
    assertFalse(err.contains("Exception"), err);
    for (String part : parts) {
      assertTrue(err.contains(part), () -> "'" + part + "' is not in: " + err);
    }
  }
}
