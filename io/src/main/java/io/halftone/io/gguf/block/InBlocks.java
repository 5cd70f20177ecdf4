package io.halftone.io.gguf.block;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.spi.LayerSize;
import io.halftone.core.spi.LinearQuantizer;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.stats.Statistic;
import java.util.Objects;
import java.util.Set;

/**
 * A solver that finds codes for the blocks of a type: the layer's weight gets the type's scheme,
 * whatever the recipe's is.
 *
 * @param blocks type, with evenly spaced codes
 * @param solver whose grids are those of the type, see {@link BlockGrid}
 * @see <a href="https://github.com/ggml-org/llama.cpp">ggml-common.h, block layouts</a>
 */
public record InBlocks(BlockType blocks, LinearQuantizer solver) implements LinearQuantizer {
  /** Validates the type. */
  public InBlocks {
    Objects.requireNonNull(BlockTensors.of(blocks), "blocks");
  }

  @Override
  public Set<Statistic<?>> requires() {
    return solver.requires();
  }

  @Override
  public QuantizedLinear quantize(LinearTask task, Compute compute) {
    return solver.quantize(task.withWeightScheme(BlockTensors.of(blocks).scheme()), compute);
  }

  /** What the solver takes on the type's grid. */
  @Override
  public long workingBytes(LayerSize layer) {
    TensorScheme scheme = BlockTensors.of(blocks).scheme();
    return solver.workingBytes(LayerSize.of(layer.out(), layer.in(), scheme));
  }
}
