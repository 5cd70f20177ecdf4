package io.halftone.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules on text that class files do not hold. */
class SourceTest {
  private static final List<String> QUANTIZERS =
      List.of(
          "quantizers/grids",
          "quantizers/scaling",
          "quantizers/rotation",
          "quantizers/rounding",
          "quantizers/catalog");
  private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/|//[^\n]*");
  private static final Pattern MODEL_NAME =
      Pattern.compile("(?i)llama|qwen|mistral|gemma|deepseek|minilm|gpt2|\\bbert|whisper");

  /** Parts of the quantizer modules. */
  static Stream<JavaClass> parts() {
    return Halftone.CLASSES.stream()
        .filter(type -> type.getPackageName().startsWith("io.halftone.quantizers."))
        .filter(type -> type.isRecord() && type.isAssignableTo("io.halftone.core.spi.Part"))
        .sorted((a, b) -> a.getName().compareTo(b.getName()));
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("parts")
  void partNamesItsSource(JavaClass part) {
    assertTrue(
        Halftone.text(sourceOf(part)).contains("* @see <a href="),
        () -> part.getName() + " has no @see of the paper or code it follows");
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("parts")
  void partIsTested(JavaClass part) {
    boolean quantizer = part.isAssignableTo("io.halftone.core.spi.LinearQuantizer");
    String wanted = quantizer ? "extends LinearQuantizerContract" : "class ";
    Pattern use = Pattern.compile("\\b" + part.getSimpleName() + "\\b");
    assertTrue(
        QUANTIZERS.stream()
            .flatMap(module -> Halftone.sources(module, "test").stream())
            .map(Halftone::text)
            .anyMatch(text -> text.contains(wanted) && use.matcher(text).find()),
        () -> part.getName() + " has no test" + (quantizer ? " that extends its contract" : ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "core",
        "calibration",
        "quantizers/grids",
        "quantizers/scaling",
        "quantizers/rotation",
        "quantizers/rounding",
        "quantizers/catalog"
      })
  void codeKnowsNoModel(String module) {
    List<Path> guilty =
        Halftone.sources(module, "main").stream()
            .filter(source -> namesModel(Halftone.text(source)))
            .toList();
    assertEquals(List.of(), guilty, "architectures are data, not code");
  }

  @Test
  void modelNamesAreFoundInCodeButNotInComments() {
    assertTrue(namesModel("if (name.startsWith(\"Llama\")) {"));
    assertFalse(namesModel("/** The block layout of llama.cpp. */ // qwen\nint block;"));
  }

  private static boolean namesModel(String source) {
    return MODEL_NAME.matcher(COMMENT.matcher(source).replaceAll("")).find();
  }

  private static Path sourceOf(JavaClass type) {
    String file = type.getName().replace('.', '/').replaceFirst("\\$.*", "") + ".java";
    return QUANTIZERS.stream()
        .flatMap(module -> Halftone.sources(module, "main").stream())
        .filter(source -> source.endsWith(file))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no source file of " + type.getName()));
  }
}
