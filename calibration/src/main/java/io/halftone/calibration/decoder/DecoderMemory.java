package io.halftone.calibration.decoder;

import io.halftone.calibration.Pipeline;
import io.halftone.calibration.PipelineMemory;
import io.halftone.core.model.DecoderConfig;
import io.halftone.core.report.Reports;
import io.halftone.core.stats.Statistic;
import java.util.List;
import java.util.Set;

/**
 * The heap that {@link BlockByBlock} and measuring its result take, in bytes: an upper bound of
 * what is held at the peak. It does not grow with the number of blocks.
 *
 * <p>With w weights in a block and h in half of it:
 *
 * <ul>
 *   <li>weights: 4·w, to the end of the block;
 *   <li>codes: 2·w and the grids;
 *   <li>states: 4·tokens·hidden, twice with {@link Propagation#FLOAT_TARGETS};
 *   <li>layer: the most of what comes and goes meanwhile. With transforms 4·h for the turned
 *       weights all the time. Then, for the half's inputs: the statistics of their site ({@link
 *       PipelineMemory#statistics}) and either a batch of activations or what quantizing the
 *       largest takes ({@link PipelineMemory#quantizing}). For the last layer the same, and 4 for
 *       every weight of the decoded inputs. Behind the half: 4·h decoded, and a batch. With float
 *       targets: 4 for every corrected weight, and while they are solved for 16·in² and 12 for
 *       every weight of one layer. To compare with the float weight 12 for every weight of one
 *       layer and 4·in². To store the block: 11 for every weight of one layer, which is read again
 *       and compared, and w packed bytes;
 *   <li>measuring: two output matrices, two streams of states, a float block, its codes and decoded
 *       weights, and the activations of a batch; nothing of the former is left by then.
 * </ul>
 *
 * @param weights of one block
 * @param layer statistics, copies and working memory
 * @param codes of one block
 * @param states of the calibration tokens
 * @param measuring all that measuring takes
 */
public record DecoderMemory(long weights, long layer, long codes, long states, long measuring) {

  /**
   * Estimates a run.
   *
   * @param model of which nothing but its configuration is asked
   * @param pipeline that quantizes it
   * @param propagation what layers are calibrated on
   * @param calibration tokens to calibrate on
   * @param heldOut tokens to measure on
   */
  public static DecoderMemory of(
      FloatDecoder model,
      Pipeline pipeline,
      Propagation propagation,
      TokenSequences calibration,
      TokenSequences heldOut) {
    DecoderConfig config = model.config();
    boolean targets = propagation == Propagation.FLOAT_TARGETS;
    Set<Statistic<?>> collected =
        SublayerRun.statistics(pipeline, targets, Reports.requires(pipeline.recipe().scheme()));
    PipelineMemory memory = new PipelineMemory(pipeline, collected);
    long batch = batchTokens(calibration);
    long all = 0;
    long layer = 0;
    long codes = 0;
    long activations = 0;
    for (int block = 0; block < config.blocks(); block++) {
      List<DecoderHalf> halves = DecoderHalf.of(config, model.architecture(), block);
      all = halves.stream().mapToLong(DecoderHalf::weights).sum();
      long packed = 0;
      for (DecoderHalf half : halves) {
        layer = Math.max(layer, new HalfMemory(half, memory, targets, batch).peak());
        layer = Math.max(layer, half.storing(all, pipeline.transforms()));
        activations = Math.max(activations, half.activations(batchTokens(heldOut)));
        packed +=
            half.linears()
                .filter(linear -> pipeline.quantizes(linear.name()))
                .mapToLong(memory::result)
                .sum();
      }
      codes = Math.max(codes, packed);
    }
    long head = (long) Float.BYTES * config.vocabulary() * config.hiddenSize();
    long measured = Math.min(heldOut.tokens(), LanguageEvaluation.GROUP_TOKENS);
    return new DecoderMemory(
        Float.BYTES * all,
        layer,
        codes,
        state(config, calibration.tokens()) * (targets ? 2 : 1),
        2 * head + 2 * state(config, measured) + 2 * Float.BYTES * all + codes + activations);
  }

  private static long state(DecoderConfig config, long tokens) {
    return Float.BYTES * tokens * config.hiddenSize();
  }

  private static long batchTokens(TokenSequences tokens) {
    return Math.min(tokens.tokens(), ResidualStream.BATCH_TOKENS);
  }

  /** Bytes in all; quantizing and measuring do not overlap. */
  public long total() {
    return Math.max(weights + layer + codes + states, measuring);
  }
}
