package io.halftone.io;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The tokens of a language model.
 *
 * <p>Texts follow SentencePiece: {@code ▁} (U+2581) stands for a space and a token for the single
 * byte B is written {@code <0xB>} with two hexadecimal digits.
 *
 * @param model how text is split: {@code llama} for SentencePiece, {@code gpt2} for byte-pair
 *     encoding with merges, or what else the file says
 * @param tokens in the order of their ids
 * @param bos id of the token that begins a text
 * @param eos id of the token that ends a text
 * @param unknown id of the token for what no other stands for
 * @param merges how pairs of neighbours become tokens where scores do not say it
 */
public record Vocabulary(
    String model,
    List<Token> tokens,
    OptionalInt bos,
    OptionalInt eos,
    OptionalInt unknown,
    Optional<Merges> merges) {
  private static final String SPACE = "\u2581";

  /** Takes a copy of the tokens. */
  public Vocabulary {
    tokens = List.copyOf(tokens);
  }

  /** A vocabulary whose texts are split by scores. */
  public Vocabulary(
      String model, List<Token> tokens, OptionalInt bos, OptionalInt eos, OptionalInt unknown) {
    this(model, tokens, bos, eos, unknown, Optional.empty());
  }

  /**
   * Byte-pair encoding by an ordered list.
   *
   * @param splitting llama.cpp's name of the rule by which a text is split into words first, its
   *     {@code tokenizer.ggml.pre}
   * @param pairs two pieces with a space between them, the pair that merges first in front
   */
  public record Merges(String splitting, List<String> pairs) {
    /** Takes a copy of the pairs. */
    public Merges {
      pairs = List.copyOf(pairs);
    }
  }

  /** What a token is for. */
  public enum Kind {
    /** A piece of text. */
    NORMAL(1),
    /** Stands for what has no token. */
    UNKNOWN(2),
    /** Controls the model and is no text. */
    CONTROL(3),
    /** Added by the model's user. */
    USER_DEFINED(4),
    /** Not in use. */
    UNUSED(5),
    /** A single byte. */
    BYTE(6);

    private final int id;

    Kind(int id) {
      this.id = id;
    }

    /** The number that stands for the kind in SentencePiece's and GGUF's files. */
    public int id() {
      return id;
    }

    /** The kind a number stands for. */
    public static Optional<Kind> of(long id) {
      return Arrays.stream(values()).filter(kind -> kind.id == id).findFirst();
    }
  }

  /**
   * A token.
   *
   * @param text in SentencePiece's terms
   * @param score its log probability, or rank, by which merges are chosen
   * @param kind what it is for
   */
  public record Token(String text, float score, Kind kind) {
    /** The token of a single byte. */
    public static Token ofByte(int value, float score) {
      String hex = Integer.toHexString(value & 0xff | 0x100).substring(1);
      return new Token("<0x" + hex.toUpperCase(Locale.ROOT) + ">", score, Kind.BYTE);
    }

    /** Whether a byte token is written as one; others are well-formed. */
    public boolean isWellFormed() {
      return kind != Kind.BYTE || text.matches("<0x[0-9A-Fa-f]{2}>");
    }

    /**
     * The bytes the token stands for in a text; empty for control tokens.
     *
     * @throws IllegalStateException if a byte token is not written as {@code <0xB>}
     */
    public byte[] bytes() {
      if (kind == Kind.CONTROL || kind == Kind.UNKNOWN) {
        return new byte[0];
      }
      if (kind != Kind.BYTE) {
        return text.replace(SPACE, " ").getBytes(StandardCharsets.UTF_8);
      }
      if (!isWellFormed()) {
        throw new IllegalStateException("byte token " + text + " is not written as <0xB>");
      }
      return new byte[] {(byte) Integer.parseInt(text.substring(3, 5), 16)};
    }
  }

  /** The number of tokens. */
  public int size() {
    return tokens.size();
  }
}
