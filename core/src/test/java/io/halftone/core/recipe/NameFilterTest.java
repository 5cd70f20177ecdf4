package io.halftone.core.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NameFilterTest {
  @ParameterizedTest
  @CsvSource({
    "*, layers.0.q_proj, true",
    "*, '', true",
    "'', '', true",
    "'', a, false",
    "layers.*.q_proj, layers.10.q_proj, true",
    "layers.*.q_proj, layers.10.k_proj, false",
    "layers.?.q_proj, layers.1.q_proj, true",
    "layers.?.q_proj, layers.10.q_proj, false",
    "q_proj, layers.0.q_proj, false",
    "a.c, abc, false",
    "a(b)[c]+$^|\\E, a(b)[c]+$^|\\E, true",
    "\\d, 7, false",
    "*é?, caféx, true",
    "?, 🎞, true",
    "🎞*, 🎞.weight, true",
  })
  void starIsAnythingAndQuestionMarkOneCharacter(String pattern, String name, boolean accepted) {
    assertEquals(accepted, new NameFilter(List.of(pattern), List.of()).accepts(name));
    assertEquals(!accepted, new NameFilter(List.of(), List.of(pattern)).accepts(name));
  }

  /** A line break is a character like any other. */
  @Test
  void starMatchesLineBreaks() {
    assertTrue(new NameFilter(List.of("a*b"), List.of()).accepts("a\nb"));
  }

  @ParameterizedTest
  @CsvSource({
    "lm_head, false",
    "layers.0.mlp.up, true",
    "layers.1.mlp.down, false",
    "embed, false"
  })
  void exclusionWins(String name, boolean accepted) {
    NameFilter filter = new NameFilter(List.of("layers.*", "lm_head"), List.of("*head", "*.down"));
    assertEquals(accepted, filter.accepts(name));
  }

  @Test
  void allAcceptsEverything() {
    assertTrue(NameFilter.ALL.accepts("anything"));
    assertTrue(NameFilter.ALL.accepts(""));
  }
}
