package io.halftone.architecture;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every rule holds for the main classes of all modules, and finds the class planted to break it.
 */
class ArchitectureTest {
  static Stream<Arguments> rules() {
    return Stream.of(
        rule(ModuleRules.CORE_STANDS_ALONE, "layers"),
        rule(ModuleRules.QUANTIZERS_STAND_ON_CORE, "layers"),
        rule(ModuleRules.QUANTIZERS_IGNORE_EACH_OTHER, "siblings"),
        rule(ModuleRules.CALIBRATION_STANDS_ON_CORE, "layers"),
        rule(ModuleRules.IO_STANDS_ON_CORE, "layers"),
        rule(ModuleRules.SIMD_STANDS_ON_CORE, "layers"),
        rule(ModuleRules.TESTKIT_STANDS_ON_CORE, "layers"),
        rule(ModuleRules.NOTHING_SEES_SIMD, "layers"),
        rule(ModuleRules.BRIDGES_ARE_SEEN_BY_PROGRAMS_ONLY, "layers"),
        rule(ModuleRules.BRIDGES_IGNORE_EACH_OTHER, "layers"),
        rule(ModuleRules.INCUBATOR_ONLY_IN_SIMD, "engines"),
        rule(ModuleRules.ND4J_ONLY_IN_ITS_BRIDGE, "engines"),
        rule(ModuleRules.ONNX_RUNTIME_ONLY_IN_ITS_BRIDGE, "engines"),
        rule(ModuleRules.LLAMA_CPP_ONLY_IN_ITS_BRIDGE, "engines"),
        rule(ModuleRules.NO_PACKAGE_CYCLES, "cycle"),
        rule(CodeRules.PARTS_ARE_RECORDS, "code"),
        rule(CodeRules.QUANTIZERS_TOUCH_NO_FILES, "code"),
        rule(CodeRules.QUANTIZERS_READ_NO_ENVIRONMENT, "code"),
        rule(CodeRules.NO_STATIC_STATE, "code"),
        rule(CodeRules.TRANSCENDENTAL_FUNCTIONS_ARE_STRICT, "code"),
        rule(CodeRules.NO_STANDARD_STREAMS, "code"),
        rule(CodeRules.NO_JAVA_IO_FILE, "code"),
        rule(CodeRules.NO_DEFAULT_LOCALE_OR_CHARSET, "code"),
        rule(CodeRules.NO_OPTION_MAPS, "code"),
        rule(CodeRules.NAMES_SAY_WHAT_IT_IS, "code"),
        rule(CodeRules.SIMD_SHUFFLES_NOTHING_ACROSS_WIDTHS, "code"),
        rule(CodeRules.SPECIES_ARE_CONSTANT, "code"));
  }

  private static Arguments rule(ArchRule rule, String topic) {
    return Arguments.of(Named.of(rule.getDescription(), rule), topic);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void holds(ArchRule rule, String topic) {
    rule.allowEmptyShould(true).check(Halftone.CLASSES);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void findsThePlantedClass(ArchRule rule, String topic) {
    assertTrue(rule.evaluate(Halftone.planted(topic)).hasViolation());
  }

  @Test
  void everyModuleIsLookedAt() {
    assertFalse(Halftone.CLASSES.isEmpty());
  }
}
