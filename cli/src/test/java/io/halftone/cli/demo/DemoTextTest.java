package io.halftone.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoTextTest {

  /** Words in a row that two passages may share by chance ("she could not help thinking that"). */
  private static final int SHARED_PHRASE = 10;

  @ParameterizedTest
  @CsvSource({"calibration.txt, 20000", "heldout.txt, 5000"})
  void holdsEnoughWordsInPassagesOfOneLine(String file, int leastWords) throws IOException {
    List<String> passages = passages(file);
    int words = 0;
    for (String passage : passages) {
      int length = passage.split(" ").length;
      assertTrue(length >= 60 && length <= 120, () -> length + " words: " + passage);
      words += length;
    }
    int total = words;
    assertTrue(total >= leastWords, () -> file + " has " + total + " words");
  }

  @ParameterizedTest
  @CsvSource({"calibration.txt", "heldout.txt"})
  void isNormalisedProseWithoutDistributorsNotes(String file) throws IOException {
    List<String> passages = passages(file);
    assertEquals(passages.size(), new HashSet<>(passages).size(), "repeated passages");
    for (String passage : passages) {
      assertEquals(passage.strip(), passage);
      assertFalse(passage.contains("  ") || passage.contains("\t"), passage);
      assertFalse(passage.contains("Gutenberg"), passage);
    }
  }

  @Test
  void heldOutTextSharesNoPhraseWithTheCalibrationText() throws IOException {
    Set<String> shared = phrases(passages("calibration.txt"));
    shared.retainAll(phrases(passages("heldout.txt")));
    assertEquals(Set.of(), shared);
  }

  private static Set<String> phrases(List<String> passages) {
    Set<String> phrases = new TreeSet<>();
    for (String passage : passages) {
      List<String> words = List.of(passage.split(" "));
      for (int from = 0; from + SHARED_PHRASE <= words.size(); from++) {
        phrases.add(String.join(" ", words.subList(from, from + SHARED_PHRASE)));
      }
    }
    return phrases;
  }

  private static List<String> passages(String file) throws IOException {
    try (InputStream in = DemoTextTest.class.getResourceAsStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }
}
