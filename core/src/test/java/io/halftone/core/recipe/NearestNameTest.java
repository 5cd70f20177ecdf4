package io.halftone.core.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {
  @ParameterizedTest
  @CsvSource({
    "gptq,gptq",
    "gtpq,gptq",
    "GPTQ,gptq",
    "awqgptq,awq-gptq",
    "aqw,awq",
    "'',awq",
    "smooth-quant,smoothquant"
  })
  void isTheOneWithTheFewestEdits(String unknown, String expected) {
    assertEquals(
        expected, NearestName.to(unknown, List.of("gptq", "awq", "awq-gptq", "smoothquant")));
  }

  @Test
  void tiesGoToTheFirst() {
    assertEquals("ab", NearestName.to("a", List.of("ab", "ac")));
  }

  @Test
  void needsAName() {
    assertThrows(IllegalArgumentException.class, () -> NearestName.to("a", List.of()));
  }
}
