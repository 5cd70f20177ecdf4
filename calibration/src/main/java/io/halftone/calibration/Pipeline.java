package io.halftone.calibration;

import io.halftone.core.kernel.Compute;
import io.halftone.core.model.Block;
import io.halftone.core.model.ModelGraph;
import io.halftone.core.model.TransformSite;
import io.halftone.core.model.WeightSource;
import io.halftone.core.quantized.Outcome;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.recipe.NameFilter;
import io.halftone.core.recipe.Recipe;
import io.halftone.core.recipe.Step;
import io.halftone.core.spi.LinearQuantizer;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.spi.SiteTask;
import io.halftone.core.stats.StatisticsView;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.transform.Chain;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Identity;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs a recipe over a model: basis, then codes.
 *
 * @param recipe what to do
 * @param compute where it runs
 * @param fallback what happens when a layer fails
 * @param layers which layers may be quantized at all
 * @param progress hears of every finished layer
 */
public record Pipeline(
    Recipe recipe, Compute compute, FallbackPolicy fallback, NameFilter layers, Progress progress) {

  /** Every layer, strict, silent. */
  public static Pipeline of(Recipe recipe, Compute compute) {
    return new Pipeline(recipe, compute, FallbackPolicy.STRICT, NameFilter.ALL, Progress.SILENT);
  }

  /**
   * Quantizes a model. One layer's weight is read at a time; the result holds codes, not weights.
   *
   * @param weights of the linears, read
   * @param graph of the model
   * @param statistics with at least {@link Recipe#requires()} at every site of {@link #chosen}
   * @throws QuantizationException if a layer fails and no fallback is allowed
   * @throws IllegalArgumentException if no layer is chosen
   * @throws IOException if a weight cannot be read
   */
  public QuantizedModel run(WeightSource weights, ModelGraph graph, SiteStatistics statistics)
      throws IOException {
    requireChosen(graph.linears());
    List<FittedSite> sites = fit(weights, graph.sites(), statistics);
    List<LayerResult> results = new ArrayList<>();
    for (String name : graph.linears()) {
      FittedSite site =
          sites.stream().filter(s -> s.site().consumers().contains(name)).findFirst().orElseThrow();
      results.add(
          quantizes(name)
              ? quantize(name, site, weights, statistics.at(site.site().id()))
              : skipped(name));
      progress.advanced(results.size(), graph.linears().size(), name);
    }
    return new QuantizedModel(recipe, results, sites);
  }

  /**
   * Checks that there is something to do.
   *
   * @param linears names of all linears of a model
   * @throws IllegalArgumentException if none is chosen
   */
  public void requireChosen(List<String> linears) {
    if (linears.stream().noneMatch(this::quantizes)) {
      throw new IllegalArgumentException(
          linears.isEmpty()
              ? "the model has no linear layer with a constant weight"
              : "no linear layer is chosen by the filters; the model has " + linears.size());
    }
  }

  /** Whether a layer is quantized at all. */
  public boolean quantizes(String layer) {
    return quantizer(layer).isPresent();
  }

  /** The part of the first step that chooses a layer; empty if the layer is left as it is. */
  Optional<LinearQuantizer> quantizer(String layer) {
    return recipe.steps().stream()
        .filter(Step.QuantizeLinears.class::isInstance)
        .map(Step.QuantizeLinears.class::cast)
        .filter(step -> layers.accepts(layer) && step.layers().accepts(layer))
        .map(Step.QuantizeLinears::part)
        .findFirst();
  }

  /** The sites of which a layer is quantized, with their layers. */
  public ModelGraph chosen(ModelGraph graph) {
    return new ModelGraph(graph.blocks().stream().map(this::chosen).toList());
  }

  private Block chosen(Block block) {
    List<TransformSite> sites =
        block.sites().stream()
            .filter(site -> site.consumers().stream().anyMatch(this::quantizes))
            .toList();
    return new Block(
        block.name(),
        block.linears().stream()
            .filter(name -> sites.stream().anyMatch(site -> site.consumers().contains(name)))
            .toList(),
        sites);
  }

  /** Whether the recipe has a step that changes the basis of a site. */
  public boolean transforms() {
    return recipe.steps().stream().anyMatch(Step.FitTransforms.class::isInstance);
  }

  /**
   * Fits the recipe's transforms, every one on what those before it left.
   *
   * @param weights of the sites' consumers, read
   * @param sites fitted together
   * @param statistics of the sites
   * @return one per site, in order; the identity where nothing is quantized or fitted
   * @throws IOException if a weight cannot be read
   */
  public List<FittedSite> fit(
      WeightSource weights, List<TransformSite> sites, SiteStatistics statistics)
      throws IOException {
    Map<TransformSite, EquivalentTransform> fitted = new LinkedHashMap<>();
    for (TransformSite site : sites) {
      fitted.put(site, new Identity(site.size()));
    }
    for (Step step : recipe.steps()) {
      if (step instanceof Step.FitTransforms fit) {
        List<TransformSite> chosen =
            sites.stream()
                .filter(site -> site.consumers().stream().allMatch(this::quantizes))
                .filter(site -> site.consumers().stream().anyMatch(fit.sites()::accepts))
                .toList();
        List<SiteTask> tasks = new ArrayList<>();
        for (TransformSite site : chosen) {
          tasks.add(siteTask(site, fitted.get(site), weights, statistics.at(site.id())));
        }
        List<EquivalentTransform> transforms = fit.part().fitAll(tasks, compute);
        for (int i = 0; i < chosen.size(); i++) {
          EquivalentTransform next = transforms.get(i);
          fitted.computeIfPresent(chosen.get(i), (site, before) -> Chain.of(before, next));
        }
      }
    }
    return fitted.entrySet().stream()
        .map(e -> new FittedSite(e.getKey(), e.getValue(), Folding.place(e.getKey(), e.getValue())))
        .toList();
  }

  /**
   * Fits a site of which nothing is read: the residual stream, or cached keys.
   *
   * @return the steps' transforms in a row; the identity where none does anything there
   */
  public EquivalentTransform fitUnseen(TransformSite site) {
    EquivalentTransform fitted = new Identity(site.size());
    for (Step step : recipe.steps()) {
      if (step instanceof Step.FitTransforms fit) {
        fitted = Chain.of(fitted, fit.part().fitUnseen(site, compute));
      }
    }
    return fitted;
  }

  private SiteTask siteTask(
      TransformSite site, EquivalentTransform before, WeightSource weights, StatisticsView stats)
      throws IOException {
    List<FloatMatrix> consumers = new ArrayList<>();
    for (String consumer : site.consumers()) {
      consumers.add(transformed(weights.read(consumer), before));
    }
    return new SiteTask(site, consumers, recipe.scheme(), under(stats, before));
  }

  /**
   * Quantizes one layer with the recipe's first step that chooses it; skips it if none does.
   *
   * @param site the layer reads
   * @param weights float, in the basis before the site's transform; read
   * @param stats of the site's tensor before the transform
   * @throws QuantizationException if the layer fails and no fallback is allowed
   * @throws IOException if the weight cannot be read
   */
  public LayerResult quantize(
      String name, FittedSite site, WeightSource weights, StatisticsView stats) throws IOException {
    Optional<LinearQuantizer> chosen = quantizer(name);
    if (chosen.isEmpty()) {
      return skipped(name);
    }
    LinearQuantizer quantizer = chosen.get();
    EquivalentTransform online =
        site.placement() == Placement.ONLINE
            ? site.transform()
            : new Identity(site.transform().sizeOut());
    FloatMatrix weight = weights.read(name);
    LinearTask task =
        new LinearTask(
            name,
            transformed(weight, site.transform()),
            site.transform().correctBias(weight, weights.bias(name)),
            online,
            recipe.scheme(),
            under(stats, site.transform()));
    task.requireFiniteWeight(compute);
    long start = System.nanoTime();
    QuantizedLinear layer = quantizeOrFallBack(quantizer, task);
    if (site.placement() != Placement.NONE && layer.outcome() instanceof Outcome.DataFree) {
      layer = layer.withOutcome(new Outcome.Calibrated());
    }
    return new LayerResult(
        name, Optional.of(layer), layer.outcome(), Duration.ofNanos(System.nanoTime() - start));
  }

  private static LayerResult skipped(String name) {
    return new LayerResult(
        name, Optional.empty(), new Outcome.Skipped("excluded by name"), Duration.ZERO);
  }

  private QuantizedLinear quantizeOrFallBack(LinearQuantizer quantizer, LinearTask task) {
    try {
      return quantizer.quantize(task, compute);
    } catch (QuantizationException failure) {
      LinearQuantizer other = fallback.quantizer().orElseThrow(() -> failure);
      return other
          .quantize(task, compute)
          .withOutcome(new Outcome.Fallback(fallback.name(), failure.getMessage()));
    }
  }

  private static FloatMatrix transformed(FloatMatrix weight, EquivalentTransform transform) {
    return transform.isIdentity() ? weight : transform.applyToWeight(weight);
  }

  private static StatisticsView under(StatisticsView stats, EquivalentTransform transform) {
    return transform.isIdentity() ? stats : stats.under(transform);
  }
}
