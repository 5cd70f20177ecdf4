package io.halftone.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import java.util.Set;

/** Predicates on calls, references and field accesses. */
final class Accesses {
  private Accesses() {}

  /**
   * Accesses of one of the targets.
   *
   * @param targets as {@code owner.member}, any overload, or {@code owner.member(parameter types)}
   */
  static DescribedPredicate<JavaAccess<?>> of(String description, Set<String> targets) {
    return DescribedPredicate.describe(
        description,
        access -> {
          String full = access.getTarget().getFullName();
          int parameters = full.indexOf('(');
          return targets.contains(full)
              || (parameters >= 0 && targets.contains(full.substring(0, parameters)));
        });
  }
}
