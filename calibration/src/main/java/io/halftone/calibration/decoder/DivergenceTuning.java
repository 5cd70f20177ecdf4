package io.halftone.calibration.decoder;

import io.halftone.calibration.LayerResult;
import io.halftone.calibration.Progress;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.tensor.FloatMatrix;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Moves the scales of all layers together so that the model predicts what the float model predicts:
 * descent on the mean KL divergence through the whole model, by Adam.
 *
 * <p>Some calibration sequences are held out; the state of the epoch that is best on them is kept,
 * that before the first epoch among them, so that tuning never harms there. Bits per weight stay
 * what they were. Memory: all blocks and their gradients; time per epoch about three forward passes
 * of both models over the text.
 *
 * <p>Differs: the cited work descends on the likelihood of text, not on the divergence.
 *
 * @param epochs passes over the text, at least 1
 * @param batchTokens tokens of one step, at least 1
 * @param rate largest relative step of a scale, about; falls to 0 by half a cosine
 * @param heldOut sequences that are not learned from, the last ones, at least 1
 * @see <a href="https://arxiv.org/abs/2407.11062">Chen et al., EfficientQAT, 2024, section 3.3
 *     (end-to-end training of quantization parameters)</a>
 */
public record DivergenceTuning(int epochs, int batchTokens, double rate, int heldOut) {
  /** Validates the ranges. */
  public DivergenceTuning {
    if (epochs < 1 || batchTokens < 1 || heldOut < 1 || !(rate > 0)) {
      throw new IllegalArgumentException(
          "epochs "
              + epochs
              + ", batchTokens "
              + batchTokens
              + ", heldOut "
              + heldOut
              + " and rate "
              + rate
              + " must be positive");
    }
  }

  /** Steps of 2048 tokens and at most one hundredth of a scale, 16 sequences held out. */
  public static DivergenceTuning epochs(int epochs) {
    return new DivergenceTuning(epochs, 2048, 0.01, 16);
  }

  /**
   * Tunes a model.
   *
   * @param model read
   * @param calibration more sequences than are held out
   * @param progress hears of every step
   * @throws io.halftone.core.spi.QuantizationException if a layer has no plain grid
   * @throws IllegalArgumentException if too few sequences are given, or the architecture has a part
   *     whose derivative is not built
   * @throws IOException if the float model cannot be read
   */
  public QuantizedDecoder run(
      QuantizedDecoder model, TokenSequences calibration, Compute compute, Progress progress)
      throws IOException {
    int learned = calibration.sequences().size() - heldOut;
    if (learned < 1) {
      throw new IllegalArgumentException(
          calibration.sequences().size() + " sequences, " + heldOut + " of them held out");
    }
    TokenSequences held =
        new TokenSequences(
            calibration.sequences().subList(learned, calibration.sequences().size()));
    List<TokenSequences> batches =
        new ArrayList<>(
            new TokenSequences(calibration.sequences().subList(0, learned)).batches(batchTokens));
    Descent descent = Descent.of(model, compute);
    Map<String, float[]> best = descent.places();
    double least = descent.divergence(held);
    SplittableRandom random = compute.random("divergence tuning");
    int total = epochs * batches.size();
    int done = 0;
    for (int epoch = 0; epoch < epochs; epoch++) {
      shuffle(batches, random);
      for (TokenSequences batch : batches) {
        double share = (1 + StrictMath.cos(Math.PI * done / total)) / 2;
        descent.step(batch, share * rate);
        progress.advanced(++done, total, "tuning");
      }
      double divergence = descent.divergence(held);
      if (divergence < least) {
        least = divergence;
        best = descent.places();
      }
    }
    descent.goTo(best);
    return tuned(model, descent.layers());
  }

  private static void shuffle(List<TokenSequences> batches, SplittableRandom random) {
    for (int i = batches.size() - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      TokenSequences moved = batches.get(i);
      batches.set(i, batches.get(other));
      batches.set(other, moved);
    }
  }

  private static QuantizedDecoder tuned(
      QuantizedDecoder model, Map<String, QuantizedLinear> layers) {
    List<List<QuantizedSublayer>> blocks = new ArrayList<>();
    for (int b = 0; b < model.config().blocks(); b++) {
      List<QuantizedSublayer> halves = new ArrayList<>();
      for (QuantizedSublayer half : model.halves(b)) {
        List<LayerResult> results = new ArrayList<>();
        for (LayerResult result : half.layers()) {
          results.add(
              new LayerResult(
                  result.name(),
                  result.layer().map(layer -> layers.get(layer.name())),
                  result.outcome(),
                  result.time()));
        }
        halves.add(new QuantizedSublayer(half.input(), half.output(), results));
      }
      blocks.add(halves);
    }
    return model.with(blocks);
  }

  /** One point of the way down. */
  private static final class Descent {
    private final QuantizedDecoder model;
    private final Compute compute;
    private final List<Sublayer> exact = new ArrayList<>();
    private final List<Sublayer> halves = new ArrayList<>();
    private final Map<String, TunedLayer> tuned = new LinkedHashMap<>();
    private final DivergenceGradient loss;

    private Descent(QuantizedDecoder model, Compute compute) throws IOException {
      this.model = model;
      this.compute = compute;
      this.loss = new DivergenceGradient(model.exact().head(), model.head(), compute);
      for (int b = 0; b < model.config().blocks(); b++) {
        exact.addAll(model.exact().block(b).sublayers());
        halves.addAll(model.block(b).sublayers());
      }
      for (Sublayer half : halves) {
        for (LinearLayer linear : half.linears()) {
          if (linear instanceof EmulatedLinear emulated) {
            tuned.put(linear.name(), new TunedLayer(emulated.layer()));
          }
        }
      }
    }

    static Descent of(QuantizedDecoder model, Compute compute) throws IOException {
      return new Descent(model, compute);
    }

    Map<String, QuantizedLinear> layers() {
      Map<String, QuantizedLinear> layers = new LinkedHashMap<>();
      tuned.forEach((name, layer) -> layers.put(name, layer.layer()));
      return layers;
    }

    Map<String, float[]> places() {
      Map<String, float[]> places = new LinkedHashMap<>();
      tuned.forEach((name, layer) -> places.put(name, layer.place()));
      return places;
    }

    void goTo(Map<String, float[]> places) {
      places.forEach((name, place) -> tuned.get(name).goTo(place));
      refresh();
    }

    private void refresh() {
      for (int h = 0; h < halves.size(); h++) {
        List<EmulatedLinear> moved =
            halves.get(h).linears().stream()
                .map(LinearLayer::name)
                .filter(tuned::containsKey)
                .map(name -> EmulatedLinear.of(tuned.get(name).layer()))
                .toList();
        halves.set(h, halves.get(h).with(moved));
      }
    }

    /** Mean over tokens. */
    double divergence(TokenSequences sequences) throws IOException {
      ResidualStream reference = ResidualStream.of(model.exact(), sequences);
      ResidualStream states = ResidualStream.of(model, sequences);
      exact.forEach(half -> reference.advance(half, compute));
      halves.forEach(half -> states.advance(half, compute));
      LanguageScore score =
          LanguageEvaluation.of(compute).score(loss.reference(), reference, loss.head(), states);
      return score.divergence();
    }

    void step(TokenSequences batch, double rate) throws IOException {
      ResidualStream reference = ResidualStream.of(model.exact(), batch);
      exact.forEach(half -> reference.advance(half, compute));
      ResidualStream states = ResidualStream.of(model, batch);
      List<ResidualStream> before = new ArrayList<>();
      for (Sublayer half : halves) {
        before.add(states.copy());
        states.advance(half, compute);
      }
      for (int i = 0; i < states.batches(); i++) {
        FloatMatrix gradient = loss.of(reference.state(i), states.state(i)).gradient();
        for (int h = halves.size() - 1; h >= 0; h--) {
          gradient =
              new SublayerGradient(
                      halves.get(h),
                      (name, byWeight) -> tuned.get(name).step(byWeight, rate, compute),
                      compute)
                  .before(before.get(h).state(i), gradient, states.lengths(i));
        }
      }
      refresh();
    }
  }
}
