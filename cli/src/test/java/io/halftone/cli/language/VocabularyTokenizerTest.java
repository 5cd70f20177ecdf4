package io.halftone.cli.language;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.halftone.io.Vocabulary;
import io.halftone.io.Vocabulary.Kind;
import io.halftone.io.Vocabulary.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class VocabularyTokenizerTest {
  private static final int FIRST = 259;

  /** The three control tokens, the bytes, then pieces whose scores fall. */
  private static Vocabulary vocabulary(String model, String... pieces) {
    List<Token> tokens = new ArrayList<>();
    tokens.add(new Token("<unk>", 0, Kind.UNKNOWN));
    tokens.add(new Token("<s>", 0, Kind.CONTROL));
    tokens.add(new Token("</s>", 0, Kind.CONTROL));
    for (int value = 0; value < 256; value++) {
      tokens.add(Token.ofByte(value, 0));
    }
    for (String piece : pieces) {
      tokens.add(new Token(piece, -tokens.size(), Kind.NORMAL));
    }
    return new Vocabulary(model, tokens, OptionalInt.of(1), OptionalInt.of(2), OptionalInt.of(0));
  }

  private static VocabularyTokenizer tokenizer(String... pieces) {
    return new VocabularyTokenizer(vocabulary("llama", pieces));
  }

  @Test
  void mergesTheHighestScoreFirst() {
    // bc comes before ab, so "abc" is a + bc and never ab + c
    VocabularyTokenizer tokenizer = tokenizer("bc", "ab", "\u2581", "a", "b", "c");
    assertArrayEquals(new int[] {FIRST + 2, FIRST + 3, FIRST}, tokenizer.encode("abc"));
  }

  @Test
  void mergesTheLeftmostOfEquals() {
    VocabularyTokenizer tokenizer = tokenizer("aa", "\u2581", "a");
    assertArrayEquals(new int[] {FIRST + 1, FIRST, FIRST + 2}, tokenizer.encode("aaa"));
  }

  @Test
  void mergesOnTheWayToALongToken() {
    VocabularyTokenizer tokenizer = tokenizer("\u2581o", "\u2581on", "\u2581", "o", "n");
    assertArrayEquals(new int[] {FIRST + 1, FIRST + 1}, tokenizer.encode("on on"));
  }

  @Test
  void spellsWhatHasNoTokenInBytes() {
    VocabularyTokenizer tokenizer = tokenizer("\u2581", ".");
    assertArrayEquals(
        new int[] {FIRST, 3 + 0xc3, 3 + 0xa9, FIRST + 1, 3 + '\n'}, tokenizer.encode("\u00e9.\n"));
  }

  @Test
  void beginsEverySequenceAndKeepsEveryToken() {
    VocabularyTokenizer tokenizer = tokenizer("\u2581", "a", "b");
    List<int[]> sequences = tokenizer.sequences(List.of("abab", "b"), 4);
    assertEquals(3, sequences.size());
    assertArrayEquals(new int[] {1, FIRST, FIRST + 1, FIRST + 2}, sequences.get(0));
    assertArrayEquals(new int[] {1, FIRST + 1, FIRST + 2}, sequences.get(1));
    assertArrayEquals(new int[] {1, FIRST, FIRST + 2}, sequences.get(2));
  }

  @Test
  void refusesOtherKinds() {
    assertThrows(
        IllegalArgumentException.class, () -> new VocabularyTokenizer(vocabulary("gpt2", "a")));
  }
}
