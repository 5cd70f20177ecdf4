package io.halftone.calibration.decoder;

import io.halftone.calibration.PipelineMemory;
import io.halftone.core.model.TensorInfo;
import java.util.List;
import java.util.stream.LongStream;

/**
 * What comes and goes while half a block is quantized by {@link SublayerRun}, in bytes.
 *
 * @param half of a block
 * @param memory of the pipeline's steps
 * @param targets whether weights are corrected towards the float model's outputs
 * @param tokens of a batch
 */
record HalfMemory(DecoderHalf half, PipelineMemory memory, boolean targets, long tokens) {

  /** The most that is held at once. */
  long peak() {
    boolean transforms = memory.pipeline().transforms();
    long turned = transforms ? Float.BYTES * half.weights() : 0;
    long decodedInputs = Float.BYTES * half.inputWeights();
    return LongStream.of(
            transforms ? fitting() : 0,
            turned + site(half.hidden(), half.inputs()),
            turned + decodedInputs + site(half.mixed(), List.of(half.output())),
            turned + Float.BYTES * half.weights() + half.activations(tokens))
        .max()
        .orElseThrow();
  }

  private long fitting() {
    return memory.statistics(half.hidden())
        + memory.statistics(half.mixed())
        + Math.max(
            half.activations(tokens) + memory.collecting(Math.max(half.hidden(), half.mixed())),
            memory.fitting(
                half.sites().stream()
                    .filter(
                        site -> site.consumers().stream().allMatch(memory.pipeline()::quantizes))
                    .toList(),
                half));
  }

  /** Collecting the statistics of a site, then correcting and quantizing its consumers. */
  private long site(long channels, List<TensorInfo> consumers) {
    if (consumers.stream().noneMatch(linear -> memory.pipeline().quantizes(linear.name()))) {
      return 0;
    }
    long collecting = half.activations(tokens) + memory.collecting(channels);
    long quantizing = consumers.stream().mapToLong(memory::quantizing).max().orElseThrow();
    long comparing = consumers.stream().mapToLong(HalfMemory::comparing).max().orElseThrow();
    long largest = consumers.stream().mapToLong(DecoderHalf::size).max().orElseThrow();
    long all = consumers.stream().mapToLong(DecoderHalf::size).sum();
    long corrected = targets ? Float.BYTES * all : 0;
    long solving =
        targets
            ? corrected
                + (Float.BYTES + 3 * Float.BYTES) * channels * channels
                + 3 * Float.BYTES * largest
                + half.activations(tokens)
                + 2 * Float.BYTES * tokens * channels
            : 0;
    return memory.statistics(channels)
        + Math.max(collecting, Math.max(solving, corrected + Math.max(quantizing, comparing)));
  }

  /** The Gram matrix in float32; the decoded weight, its error and at most one product, panels. */
  private static long comparing(TensorInfo layer) {
    return Float.BYTES * ((long) layer.cols() * layer.cols() + 3 * DecoderHalf.size(layer))
        + PipelineMemory.panels(layer);
  }
}
