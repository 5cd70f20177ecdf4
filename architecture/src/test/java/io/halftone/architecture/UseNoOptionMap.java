package io.halftone.architecture;

import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaParameterizedType;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Map;
import java.util.stream.Stream;

/** Finds maps with values of type {@code Object} in a code unit's parameters and result. */
final class UseNoOptionMap extends ArchCondition<JavaCodeUnit> {
  UseNoOptionMap() {
    super("use no map of objects");
  }

  @Override
  public void check(JavaCodeUnit unit, ConditionEvents events) {
    Stream.concat(unit.getParameterTypes().stream(), Stream.of(unit.getReturnType()))
        .filter(UseNoOptionMap::isOptionMap)
        .forEach(
            type ->
                events.add(
                    SimpleConditionEvent.violated(
                        unit, unit.getFullName() + " uses " + type.getName())));
  }

  private static boolean isOptionMap(JavaType type) {
    if (!(type instanceof JavaParameterizedType parameterized)) {
      return false;
    }
    boolean map = type.toErasure().isAssignableTo(Map.class);
    return parameterized.getActualTypeArguments().stream()
        .anyMatch(
            argument -> map && argument.getName().equals("java.lang.Object") || isOptionMap(argument));
  }
}
