package io.halftone.core.recipe;

import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.spi.LinearQuantizer;
import io.halftone.core.spi.TransformFitter;
import io.halftone.core.stats.Statistic;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A published method, or a composition of several, as data.
 *
 * @param name of the method
 * @param scheme what the layers shall look like
 * @param steps in order; a layer is quantized by the first step that chooses it
 */
public record Recipe(String name, LayerScheme scheme, List<Step> steps) {
  /** Takes a copy of the steps. */
  public Recipe {
    steps = List.copyOf(steps);
  }

  /** A recipe without steps yet. */
  public static Recipe of(String name, LayerScheme scheme) {
    return new Recipe(name, scheme, List.of());
  }

  /** This recipe, then a transform at every site. */
  public Recipe fit(TransformFitter fitter) {
    return then(new Step.FitTransforms(fitter, NameFilter.ALL));
  }

  /** This recipe, then codes for every layer. */
  public Recipe quantize(LinearQuantizer quantizer) {
    return then(new Step.QuantizeLinears(quantizer, NameFilter.ALL));
  }

  /** This recipe, then one more step. */
  public Recipe then(Step step) {
    List<Step> more = new ArrayList<>(steps);
    more.add(step);
    return new Recipe(name, scheme, more);
  }

  /** The same steps for another scheme. */
  public Recipe withScheme(LayerScheme other) {
    return new Recipe(name, other, steps);
  }

  /** Statistics that all steps together read, ordered by name. */
  public Set<Statistic<?>> requires() {
    Set<Statistic<?>> all = new LinkedHashSet<>();
    steps.stream()
        .flatMap(step -> step.part().requires().stream())
        .sorted(Comparator.comparing(Statistic::name))
        .forEach(all::add);
    return all;
  }
}
