package io.halftone.architecture;

import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaParameterizedType;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Finds maps from {@code String} to {@code Object} in a code unit's parameters and result. */
final class UseNoOptionMap extends ArchCondition<JavaCodeUnit> {
  UseNoOptionMap() {
    super("use no map from strings to objects");
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
    List<JavaType> arguments = parameterized.getActualTypeArguments();
    boolean optionMap =
        type.toErasure().isAssignableTo(Map.class)
            && arguments.size() == 2
            && isType(arguments.get(0), String.class)
            && isType(arguments.get(1), Object.class);
    return optionMap || arguments.stream().anyMatch(UseNoOptionMap::isOptionMap);
  }

  private static boolean isType(JavaType type, Class<?> expected) {
    return type.getName().equals(expected.getName());
  }
}
