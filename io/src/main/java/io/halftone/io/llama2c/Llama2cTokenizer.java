package io.halftone.io.llama2c;

import io.halftone.io.FileBytes;
import io.halftone.io.FileCursor;
import io.halftone.io.Vocabulary;
import io.halftone.io.Vocabulary.Kind;
import io.halftone.io.Vocabulary.Token;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Reads {@code tokenizer.bin} of llama2.c: the length of the longest token, then score, length and
 * bytes of each.
 *
 * <p>The file has spaces where SentencePiece has U+2581, and older ones hold the 256 byte tokens as
 * the characters themselves instead of as {@code <0xB>}; both are turned back.
 *
 * @see <a href="https://github.com/karpathy/llama2.c/blob/master/tokenizer.py">llama2.c,
 *     tokenizer.py, export</a>
 */
public final class Llama2cTokenizer {
  private static final int FIRST_BYTE = 3;
  private static final int BYTES = 256;
  private static final int MIN_ENTRY = 8;

  private Llama2cTokenizer() {}

  /**
   * Reads a vocabulary.
   *
   * @param file {@code tokenizer.bin}
   * @param size number of tokens, the model's {@link Llama2cConfig#vocabSize()}
   * @throws IOException if the file is missing, has fewer or more tokens, or is malformed; the
   *     message names file, offset and reason
   */
  public static Vocabulary read(Path file, int size) throws IOException {
    try (FileBytes bytes = FileBytes.open(file)) {
      FileCursor cursor = new FileCursor(bytes);
      int longest = cursor.i32("the length of the longest token");
      if (longest < 1 || size < 0 || size > cursor.remaining() / MIN_ENTRY) {
        throw bytes.malformed(
            0,
            "not a vocabulary of "
                + size
                + " tokens, the longest of "
                + longest
                + " bytes: "
                + cursor.remaining()
                + " bytes follow");
      }
      List<Token> tokens = new ArrayList<>(size);
      for (int id = 0; id < size; id++) {
        tokens.add(token(cursor, id, longest));
      }
      if (cursor.remaining() > 0) {
        throw bytes.malformed(
            cursor.position(), "the " + size + " tokens end here, the file goes on");
      }
      return new Vocabulary(
          "llama", tokens, OptionalInt.of(1), OptionalInt.of(2), OptionalInt.of(0));
    }
  }

  private static Token token(FileCursor cursor, int id, int longest) throws IOException {
    float score = cursor.f32("the score of token " + id);
    long at = cursor.position();
    int length = cursor.i32("the length of token " + id);
    if (length < 0 || length > longest) {
      throw cursor.malformed(
          at, "token " + id + " has " + length + " bytes, must be in 0 to " + longest);
    }
    if (id < FIRST_BYTE) {
      String text = cursor.text(length, "token " + id).strip();
      return new Token(text, score, id == 0 ? Kind.UNKNOWN : Kind.CONTROL);
    }
    if (id < FIRST_BYTE + BYTES) {
      ByteBuffer content = cursor.bytes(length, "token " + id);
      Token token = Token.ofByte(id - FIRST_BYTE, score);
      requireByte(cursor, at, id, content, token);
      return token;
    }
    String text = cursor.text(length, "token " + id);
    return new Token(text.replace(' ', '\u2581'), score, Kind.NORMAL);
  }

  private static void requireByte(
      FileCursor cursor, long at, int id, ByteBuffer content, Token token) throws IOException {
    char value = (char) (id - FIRST_BYTE);
    boolean raw = content.remaining() == 1 && (content.get(0) & 0xff) == value;
    if (!raw
        && !content.equals(StandardCharsets.UTF_8.encode(String.valueOf(value)))
        && !content.equals(StandardCharsets.UTF_8.encode(token.text()))
        // C strings cannot hold the character 0
        && !(value == 0 && content.remaining() == 0)) {
      throw cursor.malformed(
          at, "token " + id + " is not that of byte " + (int) value + ", as in Llama's vocabulary");
    }
  }
}
