package io.halftone.quantizers.catalog;

import io.halftone.core.format.BlockExponent;
import io.halftone.core.format.ExponentFormat;
import io.halftone.core.model.SiteRole;
import io.halftone.core.recipe.NearestName;
import io.halftone.core.recipe.Recipe;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.Timing;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.spi.GridFitter;
import io.halftone.core.spi.LinearQuantizer;
import io.halftone.quantizers.grids.ClipSearch;
import io.halftone.quantizers.grids.HalfQuadratic;
import io.halftone.quantizers.grids.MinMax;
import io.halftone.quantizers.grids.MseSearch;
import io.halftone.quantizers.grids.PowerOfTwo;
import io.halftone.quantizers.rotation.HadamardRotation;
import io.halftone.quantizers.rotation.HadamardRotation.Mixing;
import io.halftone.quantizers.rotation.KltRotation;
import io.halftone.quantizers.rounding.AdaptiveRounding;
import io.halftone.quantizers.rounding.ColumnOrder;
import io.halftone.quantizers.rounding.Gptq;
import io.halftone.quantizers.rounding.GroupFit;
import io.halftone.quantizers.rounding.QuantEase;
import io.halftone.quantizers.rounding.Rtn;
import io.halftone.quantizers.rounding.ScaleRefit;
import io.halftone.quantizers.scaling.AwqScaling;
import io.halftone.quantizers.scaling.CrossScaling;
import io.halftone.quantizers.scaling.FeedbackScaling;
import io.halftone.quantizers.scaling.ShiftScaling;
import io.halftone.quantizers.scaling.SmoothQuantPlus;
import io.halftone.quantizers.scaling.SmoothScaling;
import io.halftone.quantizers.scaling.StaticSteps;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** One method per published system, and all of them by name. */
public final class Catalog {
  private static final GridFitter WHOLE_RANGE = new MinMax();

  /** Where scales are powers of two the range decides which one, by a rule of its own. */
  private static final GridFitter WHOLE_RANGE_OF_POWERS = new PowerOfTwo(BlockExponent.EVEN);

  private static final int AWQ_RATIOS = 20;
  private static final double PAPER_DAMPING = 0.01;

  private static final List<CatalogItem> ITEMS =
      List.of(
          new CatalogItem(
              Catalog::rtn,
              "Rounds every weight to the nearest point of its group's range; needs no calibration data.",
              "https://arxiv.org/abs/1712.05877",
              List.of()),
          new CatalogItem(
              Catalog::hqq,
              "Rounds to nearest after moving each group's zero point by half-quadratic splitting; needs no calibration data.",
              "https://mobiusml.github.io/hqq_blog/",
              List.of("Real zero points are stored in float16, as scales are.")),
          new CatalogItem(
              Catalog::gptq,
              "Quantizes columns by falling activation energy and lets the later columns absorb the rounding errors.",
              "https://arxiv.org/abs/2210.17323",
              List.of(
                  "Groups are fitted before the first column, so that groups stay consecutive columns of the layer.")),
          new CatalogItem(
              Catalog::quantease,
              "Improves GPTQ's codes by coordinate descent until no single code can be bettered.",
              "https://arxiv.org/abs/2309.01885",
              List.of(
                  "Starts from GPTQ's codes and keeps a relaxation only where it helps, so it is never worse than GPTQ on calibration data.")),
          new CatalogItem(
              Catalog::awq,
              "Enlarges the weights of channels with large activations, then clips group ranges and rounds to nearest.",
              "https://arxiv.org/abs/2306.00978",
              List.of(
                  "The scale search measures the linears that read a tensor, not the block around them.",
                  "Query and key projections are clipped like all other layers.")),
          new CatalogItem(
              Catalog::awqGptq,
              "AWQ's channel scales, then GPTQ instead of rounding to nearest.",
              "https://arxiv.org/abs/2306.00978",
              List.of("Two published methods in a row; the search for scales rounds to nearest.")),
          new CatalogItem(
              Catalog::smoothquant,
              "Moves half of the activations' range into the weights, for 8-bit weights and 8-bit activations.",
              "https://arxiv.org/abs/2211.10438",
              List.of(
                  "Every tensor that linears read is smoothed, also those no normalisation writes.")),
          new CatalogItem(
              Catalog::smoothquantPlus,
              "Smooths all tensors by the one strength that leaves the least total error, then rounds to nearest.",
              "https://arxiv.org/abs/2312.03788",
              List.of(
                  "Every linear is measured on float inputs; errors do not accumulate through the network.")),
          new CatalogItem(
              Catalog::outlierSuppressionPlus,
              "Centres activation channels, shrinks those beyond a searched threshold, then rounds to nearest.",
              "https://arxiv.org/abs/2304.09145",
              List.of(
                  "Ranges and errors are those of sampled tokens and of the linears alone.",
                  "Only normalised tensors of decoders are centred.")),
          new CatalogItem(
              Catalog::outliertune,
              "Puts the static steps of activation channels into the weights, then runs GPTQ.",
              "https://arxiv.org/abs/2406.18832",
              List.of(
                  "Ranges are not shifted or searched.",
                  "Inputs that no normalisation writes are static too.")),
          new CatalogItem(
              Catalog::crossquant,
              "Gives activations a step per token and channel, then rounds to nearest.",
              "https://arxiv.org/abs/2410.07505",
              List.of("Weights are rounded after the channel's part of a step went into them.")),
          new CatalogItem(
              Catalog::quarot,
              "Turns the residual stream, values, keys and inner tensors by Hadamard matrices, then runs GPTQ on searched ranges.",
              "https://arxiv.org/abs/2404.00456",
              List.of("Heads are not mixed with each other in front of the output projection.")),
          new CatalogItem(
              Catalog::mambaquant,
              "Turns values and inner tensors by Hadamard matrices in their principal components, then rounds to nearest.",
              "https://arxiv.org/abs/2501.13484",
              List.of(
                  "The residual stream, which no single tensor stands for, gets a plain Hadamard matrix.",
                  "Smoothing inside nonlinear functions belongs to state-space blocks and is left out.")),
          new CatalogItem(
              Catalog::adaround,
              "Learns for every weight whether to round down or up.",
              "https://arxiv.org/abs/2004.10568",
              List.of(
                  "Full-batch gradients through the Gram matrix instead of drawn tokens; fewer iterations.")),
          new CatalogItem(
              Catalog::halftone,
              "Scales channels for error feedback, runs GPTQ on searched ranges, then refits codes and scales in turn.",
              "https://arxiv.org/abs/2210.17323",
              List.of(
                  "This library's own composition around GPTQ and QuantEase, not a published method.")));

  private static final Map<String, CatalogItem> BY_NAME =
      ITEMS.stream().collect(Collectors.toUnmodifiableMap(CatalogItem::name, Function.identity()));

  private Catalog() {}

  private static GridFitter wholeRange(LayerScheme scheme) {
    return scheme.weight().scale() instanceof ScaleSpec.Stored stored
            && stored.format() instanceof ExponentFormat
        ? WHOLE_RANGE_OF_POWERS
        : WHOLE_RANGE;
  }

  /**
   * Rounding to nearest on each cell's range.
   *
   * @see <a href="https://arxiv.org/abs/1712.05877">Jacob et al., Quantization and Training of
   *     Neural Networks, 2017</a>
   */
  public static Recipe rtn(LayerScheme scheme) {
    return Recipe.of("rtn", scheme).quantize(new Rtn(wholeRange(scheme)));
  }

  /**
   * Half-quadratic quantization with the article's parameters. Integer zero points of the scheme
   * become real ones, stored like scales: the method moves them by fractions of a step.
   *
   * @see <a href="https://mobiusml.github.io/hqq_blog/">Badri and Shaji, HQQ, 2023</a>
   */
  public static Recipe hqq(LayerScheme scheme) {
    TensorScheme weight = scheme.weight();
    LayerScheme real =
        weight.zeroPoint() == ZeroPoint.INTEGER
            ? new LayerScheme(weight.withZeroPoint(ZeroPoint.FLOAT), scheme.input())
            : scheme;
    return Recipe.of("hqq", real).quantize(new Rtn(new HalfQuadratic(0.7, 10, 1.01, 20)));
  }

  /**
   * GPTQ with act order, static groups and the paper's damping.
   *
   * @see <a href="https://arxiv.org/abs/2210.17323">Frantar et al., GPTQ, 2022</a>
   */
  public static Recipe gptq(LayerScheme scheme) {
    return Recipe.of("gptq", scheme).quantize(solver(PAPER_DAMPING, wholeRange(scheme)));
  }

  /**
   * Coordinate descent from GPTQ's codes: 25 sweeps in all, every third relaxed, as in the paper.
   *
   * @see <a href="https://arxiv.org/abs/2309.01885">Behdin et al., QuantEase, 2023</a>
   */
  public static Recipe quantease(LayerScheme scheme) {
    return Recipe.of("quantease", scheme)
        .quantize(new QuantEase(solver(PAPER_DAMPING, wholeRange(scheme)), 1, 8));
  }

  /**
   * Activation-aware scaling, then clipping and rounding to nearest.
   *
   * @see <a href="https://arxiv.org/abs/2306.00978">Lin et al., AWQ, 2023</a>
   */
  public static Recipe awq(LayerScheme scheme) {
    return Recipe.of("awq", scheme).fit(awqScaling()).quantize(new Rtn(new ClipSearch(20, 0.5f)));
  }

  /**
   * Activation-aware scaling, then GPTQ.
   *
   * @see <a href="https://arxiv.org/abs/2306.00978">Lin et al., AWQ, 2023, on combining it with
   *     GPTQ</a>
   */
  public static Recipe awqGptq(LayerScheme scheme) {
    return Recipe.of("awq-gptq", scheme)
        .fit(awqScaling())
        .quantize(solver(PAPER_DAMPING, WHOLE_RANGE));
  }

  /**
   * Smoothing with α = 0.5, then rounding to nearest; meant for {@link Schemes#W8A8}.
   *
   * @see <a href="https://arxiv.org/abs/2211.10438">Xiao et al., SmoothQuant, 2022</a>
   */
  public static Recipe smoothquant(LayerScheme scheme) {
    return Recipe.of("smoothquant", scheme)
        .fit(new SmoothScaling(0.5))
        .quantize(new Rtn(WHOLE_RANGE));
  }

  /**
   * Smoothing with one searched strength for the model, then rounding to nearest.
   *
   * @see <a href="https://arxiv.org/abs/2312.03788">Pan et al., SmoothQuant+, 2023</a>
   */
  public static Recipe smoothquantPlus(LayerScheme scheme) {
    LinearQuantizer rounding = new Rtn(WHOLE_RANGE);
    return Recipe.of("smoothquant-plus", scheme)
        .fit(new SmoothQuantPlus(20, rounding))
        .quantize(rounding);
  }

  /**
   * Shifted and scaled activations, then rounding to nearest.
   *
   * @see <a href="https://arxiv.org/abs/2304.09145">Wei et al., Outlier Suppression+, 2023</a>
   */
  public static Recipe outlierSuppressionPlus(LayerScheme scheme) {
    LinearQuantizer rounding = new Rtn(wholeRange(scheme));
    return Recipe.of("outlier-suppression-plus", scheme)
        .fit(new ShiftScaling(20, rounding))
        .quantize(rounding);
  }

  /**
   * Static activations whose steps stand in the weights, then GPTQ. Dynamic inputs of the scheme
   * become static, a step per channel; static and float inputs stay.
   *
   * @see <a href="https://arxiv.org/abs/2406.18832">Wang et al., OutlierTune, 2024</a>
   */
  public static Recipe outliertune(LayerScheme scheme) {
    TensorScheme input = scheme.input();
    LayerScheme fixed =
        input.timing() == Timing.STATIC
            ? scheme
            : new LayerScheme(
                scheme.weight(),
                new TensorScheme(
                    input.format(),
                    new Granularity.PerColumn(),
                    input.scale(),
                    ZeroPoint.NONE,
                    Timing.STATIC));
    return Recipe.of("outliertune", fixed)
        .fit(new StaticSteps())
        .quantize(solver(PAPER_DAMPING, wholeRange(fixed)));
  }

  /**
   * A step per token and channel of activations, then rounding to nearest.
   *
   * @see <a href="https://arxiv.org/abs/2410.07505">Liu et al., CrossQuant, 2024</a>
   */
  public static Recipe crossquant(LayerScheme scheme) {
    return Recipe.of("crossquant", scheme)
        .fit(new CrossScaling(0.15))
        .quantize(new Rtn(wholeRange(scheme)));
  }

  /**
   * Hadamard rotations, then GPTQ with searched ranges; meant for four-bit activations and caches.
   *
   * @see <a href="https://arxiv.org/abs/2404.00456">Ashkboos et al., QuaRot, 2024</a>
   */
  public static Recipe quarot(LayerScheme scheme) {
    return Recipe.of("quarot", scheme)
        .fit(HadamardRotation.everywhere())
        .quantize(solver(PAPER_DAMPING, new MseSearch(80, 2.4)));
  }

  /**
   * Hadamard matrices in the basis of principal components where tensors are seen, plain ones in
   * the residual stream and the cache, then rounding to nearest.
   *
   * @see <a href="https://arxiv.org/abs/2501.13484">Xu et al., MambaQuant, 2025</a>
   */
  public static Recipe mambaquant(LayerScheme scheme) {
    return Recipe.of("mambaquant", scheme)
        .fit(new HadamardRotation(List.of(SiteRole.STREAM, SiteRole.KEYS), Mixing.APART))
        .fit(new KltRotation(List.of(SiteRole.VALUES, SiteRole.INNER)))
        .quantize(new Rtn(wholeRange(scheme)));
  }

  /**
   * Learned rounding: 60 full-batch steps, each larger than the paper's, where 200 smaller ones
   * lower the output error by another tenth.
   *
   * @see <a href="https://arxiv.org/abs/2004.10568">Nagel et al., Up or Down? Adaptive Rounding,
   *     2020</a>
   */
  public static Recipe adaround(LayerScheme scheme) {
    return Recipe.of("adaround", scheme)
        .quantize(new AdaptiveRounding(60, 0.2, 2, 2, 0, 0.08, WHOLE_RANGE));
  }

  /**
   * The best weight-only composition of this library's parts: channels scaled for error feedback,
   * GPTQ on searched ranges, then coordinate descent and refits of scales and zero points in turn.
   *
   * <p>Damping 0.03 instead of 0.01 measured better on held-out tokens, at 4 and at 2 bits.
   *
   * @see <a href="https://arxiv.org/abs/2210.17323">Frantar et al., GPTQ, 2022</a>
   * @see <a href="https://arxiv.org/abs/2309.01885">Behdin et al., QuantEase, 2023</a>
   */
  public static Recipe halftone(LayerScheme scheme) {
    return Recipe.of("halftone", scheme)
        .fit(new FeedbackScaling(0.03, 6, solver(0.03, WHOLE_RANGE)))
        .quantize(new ScaleRefit(solver(0.03, new MseSearch(40, 2.4)), 3, 3));
  }

  /** All names, from the simplest method to the most elaborate. */
  public static List<String> names() {
    return ITEMS.stream().map(CatalogItem::name).toList();
  }

  /**
   * The recipe of a name; as {@link StaticInputs} need it for a scheme that has such.
   *
   * @throws IllegalArgumentException if there is none; suggests the nearest name and lists all
   */
  public static Recipe named(String name, LayerScheme scheme) {
    return StaticInputs.stepped(item(name).recipe().apply(scheme));
  }

  /**
   * What there is to know of a recipe.
   *
   * @throws IllegalArgumentException if there is no recipe of that name; suggests the nearest name
   *     and lists all
   */
  public static CatalogEntry describe(String name) {
    CatalogItem item = item(name);
    return new CatalogEntry(
        name, item.summary(), item.source(), item.defaultScheme(), item.departures());
  }

  /**
   * What stands in where a recipe fails on a layer and the user allowed it: the quantizer of {@link
   * #rtn}.
   */
  public static LinearQuantizer fallback() {
    return new Rtn(WHOLE_RANGE);
  }

  private static CatalogItem item(String name) {
    CatalogItem item = BY_NAME.get(name);
    if (item == null) {
      throw new IllegalArgumentException(
          "unknown recipe '"
              + name
              + "', did you mean '"
              + NearestName.to(name, names())
              + "'? Known are "
              + String.join(", ", names()));
    }
    return item;
  }

  private static AwqScaling awqScaling() {
    return new AwqScaling(AWQ_RATIOS, new Rtn(WHOLE_RANGE));
  }

  private static Gptq solver(double damping, GridFitter grid) {
    return new Gptq(damping, 512, ColumnOrder.ACTIVATION, GroupFit.STATIC, grid);
  }
}
