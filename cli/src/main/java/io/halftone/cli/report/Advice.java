package io.halftone.cli.report;

import io.halftone.calibration.Placement;
import io.halftone.core.quantized.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Rules that turn a layer's numbers into something to do about it. Each rule fires on its own
 * evidence and quotes it; a layer on which none fires is told what one more bit would buy.
 *
 * @param worst layers to advise on, those with the largest relative output error
 * @param rivalGain fires when another recipe's error on the layer is at most this fraction of this
 *     one's
 * @param errorShare fires when the layer carries at least this many times its fair share of the
 *     error
 * @param outlierRatio fires when the largest input channel is this many times the median one and no
 *     transform was fitted
 * @param saturation fires when the layer saturates this many times as often as the median layer
 * @param zeroRate fires when this share of the weights, and twice the median layer's, are rounded
 *     to zero
 * @param tokensPerChannel calibration tokens per input channel below which more of them are asked
 *     for
 */
public record Advice(
    int worst,
    double rivalGain,
    double errorShare,
    double outlierRatio,
    double saturation,
    double zeroRate,
    int tokensPerChannel) {

  /** Thresholds used by the command line. */
  public static final Advice DEFAULT = new Advice(5, 0.85, 2.0, 20.0, 1.5, 0.3, 20);

  /** Bits of the wider format that a layer is advised to be kept in. */
  private static final int WIDE_BITS = 8;

  /** Saturation below this share of the weights does no harm worth a word. */
  private static final double NOTABLE_SATURATION = 0.01;

  /** An amplitude halved is an error divided by four. */
  private static final double ERROR_PER_BIT = 4.0;

  /**
   * Returns advice on the worst layers of one run, the worst first.
   *
   * @param run the run; skipped and unmeasured layers are left out
   * @param data everything that was measured, for comparison with the other recipes
   */
  public List<LayerAdvice> on(RunResult run, ReportData data) {
    List<LayerResult> measured = run.layers().stream().filter(LayerResult::hasError).toList();
    double totalError = measured.stream().mapToDouble(LayerResult::relativeOutputError).sum();
    long totalWeights = run.layers().stream().mapToLong(LayerResult::weights).sum();
    List<LayerAdvice> advice = new ArrayList<>();
    measured.stream()
        .sorted(Comparator.comparingDouble(LayerResult::relativeOutputError).reversed())
        .limit(worst)
        .forEach(
            layer ->
                advice.add(
                    new LayerAdvice(
                        layer.layer(),
                        layer.relativeOutputError(),
                        totalError == 0 ? 0 : layer.relativeOutputError() / totalError,
                        (double) layer.weights() / totalWeights,
                        recommend(
                            new Case(layer, run, measured, totalError, totalWeights, data)))));
    return advice;
  }

  private record Case(
      LayerResult layer,
      RunResult run,
      List<LayerResult> measured,
      double totalError,
      long totalWeights,
      ReportData data) {

    double median(ToDoubleFunction<LayerResult> value) {
      double[] sorted = measured.stream().mapToDouble(value).sorted().toArray();
      return sorted[sorted.length / 2];
    }
  }

  private List<String> recommend(Case c) {
    List<String> sentences = new ArrayList<>();
    moreTokens(c).ifPresent(sentences::add);
    betterRecipe(c).ifPresent(sentences::add);
    smoothing(c).ifPresent(sentences::add);
    clipping(c).ifPresent(sentences::add);
    wider(c).ifPresent(sentences::add);
    finer(c).ifPresent(sentences::add);
    if (sentences.isEmpty()) {
      sentences.add(oneMoreBit(c));
    }
    return sentences;
  }

  private Optional<String> moreTokens(Case c) {
    LayerResult layer = c.layer();
    if (!(layer.outcome() instanceof Outcome.Damped
        || layer.outcome() instanceof Outcome.Fallback)) {
      return Optional.empty();
    }
    long tokens = c.data().summary().calibrationTokens();
    long wanted = (long) tokensPerChannel * layer.in();
    String remedy =
        tokens < wanted
            ? text(
                "Calibrate with at least %,d tokens instead of %,d, %d for each of its %,d channels",
                wanted, tokens, tokensPerChannel, layer.in())
            : text(
                "Look for dead or repeated input channels and use more varied text"
                    + " (%,d tokens should suffice for %,d channels)",
                tokens, layer.in());
    return Optional.of(remedy + ": " + layer.outcome().describe() + ".");
  }

  private Optional<String> betterRecipe(Case c) {
    double error = c.layer().relativeOutputError();
    return c.data().under(c.run().scheme()).stream()
        .flatMap(
            rival ->
                rival.layers().stream()
                    .filter(LayerResult::hasError)
                    .filter(layer -> layer.layer().equals(c.layer().layer()))
                    .map(layer -> new Rival(rival.recipe(), layer.relativeOutputError())))
        .min(Comparator.comparingDouble(Rival::error))
        .filter(rival -> error > 0 && rival.error() <= rivalGain * error)
        .map(
            rival ->
                text(
                    "Quantize it with %s, which reaches %s here under the same scheme (%.0f %% less).",
                    rival.recipe(), number(rival.error()), 100 * (1 - rival.error() / error)));
  }

  private record Rival(String recipe, double error) {}

  private Optional<String> smoothing(Case c) {
    double ratio = c.layer().activationOutlierRatio();
    if (c.layer().placement() != Placement.NONE || !(ratio >= outlierRatio)) {
      return Optional.empty();
    }
    return Optional.of(
        text(
            "Smooth its input (awq for weight-only schemes, smoothquant for 8-bit activations):"
                + " its largest input channel is %.0f times the median one.",
            ratio));
  }

  private Optional<String> clipping(Case c) {
    double rate = c.layer().saturationRate();
    double median = c.median(LayerResult::saturationRate);
    if (!(rate >= NOTABLE_SATURATION && rate >= saturation * median)) {
      return Optional.empty();
    }
    return Optional.of(
        text(
            "Refit its range by MSE or clip search on the output error: %.1f %% of its weights lie"
                + " beyond it, %.1f %% in the median layer.",
            100 * rate, 100 * median));
  }

  private Optional<String> wider(Case c) {
    int layers = c.measured().size();
    double share = c.layer().relativeOutputError() / c.totalError();
    int bits = (int) Math.floor(c.layer().bitsPerWeight());
    if (bits >= WIDE_BITS || !(share * layers >= errorShare)) {
      return Optional.empty();
    }
    double weightShare = (double) c.layer().weights() / c.totalWeights();
    double removed =
        c.layer().relativeOutputError() * (1 - Math.pow(ERROR_PER_BIT, bits - WIDE_BITS));
    return Optional.of(
        text(
            "Keep it at %d bits: %.1f %% of the weights carry %.0f %% of the error;"
                + " about %s instead of %s on average for %.2f more bits per weight.",
            WIDE_BITS,
            100 * weightShare,
            100 * share,
            number((c.totalError() - removed) / layers),
            number(c.totalError() / layers),
            (WIDE_BITS - bits) * weightShare));
  }

  private Optional<String> finer(Case c) {
    double rate = c.layer().zeroRate();
    double median = c.median(LayerResult::zeroRate);
    if (!(rate >= zeroRate && rate >= 2 * median)) {
      return Optional.empty();
    }
    return Optional.of(
        text(
            "Use smaller groups: %.0f %% of its weights are rounded to zero, %.0f %% in the median"
                + " layer, so its scales are too coarse.",
            100 * rate, 100 * median));
  }

  private static String oneMoreBit(Case c) {
    double weightShare = (double) c.layer().weights() / c.totalWeights();
    return text(
        "No single cause stands out. One more bit would take its error to about %s and add"
            + " %.3f bits per weight to the model.",
        number(c.layer().relativeOutputError() / ERROR_PER_BIT), weightShare);
  }

  private static String number(double value) {
    return text("%.2g", value);
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
