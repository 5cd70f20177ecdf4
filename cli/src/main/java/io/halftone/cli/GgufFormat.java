package io.halftone.cli;

import io.halftone.io.gguf.block.BlockType;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A GGUF file as a format of the command line.
 *
 * @param type of the linears; empty for the narrowest that holds each exactly
 */
record GgufFormat(Optional<BlockType> type) {
  private static final String GGUF = "gguf";
  private static final String PREFIX = GGUF + "-";

  /** Whether a format's name is that of a GGUF file. */
  static boolean is(String name) {
    return name.equals(GGUF) || name.startsWith(PREFIX);
  }

  /**
   * The format of a name that {@link #is} one.
   *
   * @throws InputException if there is no such type; lists those there are
   */
  static GgufFormat named(String name) {
    if (name.equals(GGUF)) {
      return new GgufFormat(Optional.empty());
    }
    return Arrays.stream(BlockType.values())
        .filter(type -> spelled(type).equals(name.toLowerCase(Locale.ROOT)))
        .findFirst()
        .map(type -> new GgufFormat(Optional.of(type)))
        .orElseThrow(
            () -> new InputException("unknown format '" + name + "'; known are " + names()));
  }

  /** The name of a type's format. */
  static String spelled(BlockType type) {
    return PREFIX + type.name().toLowerCase(Locale.ROOT);
  }

  private static String names() {
    return Arrays.stream(BlockType.values())
        .map(GgufFormat::spelled)
        .collect(Collectors.joining(", "));
  }
}
