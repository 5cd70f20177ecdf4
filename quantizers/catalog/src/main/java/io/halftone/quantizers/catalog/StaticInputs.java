package io.halftone.quantizers.catalog;

import io.halftone.core.recipe.NameFilter;
import io.halftone.core.recipe.Recipe;
import io.halftone.core.recipe.Step;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.Timing;
import io.halftone.quantizers.scaling.StaticSteps;
import java.util.ArrayList;
import java.util.List;

/**
 * Inputs whose steps are known before the model runs. Nothing divides them by these at run time, so
 * that a recipe must put the steps into what writes them.
 */
public final class StaticInputs {
  private StaticInputs() {}

  /**
   * The recipe with {@link StaticSteps} behind its transforms. One that has them already, or whose
   * scheme has float or dynamic inputs, stays as it is.
   */
  public static Recipe stepped(Recipe recipe) {
    TensorScheme input = recipe.scheme().input();
    boolean ready =
        input.isFull()
            || input.timing() == Timing.DYNAMIC
            || recipe.steps().stream().anyMatch(step -> step.part() instanceof StaticSteps);
    if (ready) {
      return recipe;
    }
    List<Step> steps = new ArrayList<>(recipe.steps());
    int behind = steps.size();
    while (behind > 0 && !(steps.get(behind - 1) instanceof Step.FitTransforms)) {
      behind--;
    }
    steps.add(behind, new Step.FitTransforms(new StaticSteps(), NameFilter.ALL));
    return new Recipe(recipe.name(), recipe.scheme(), steps);
  }
}
