package io.halftone.io.gguf.block;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Grid;
import io.halftone.core.spi.GridFitter;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.stats.Statistic;
import io.halftone.core.stats.Statistics;
import java.util.Objects;
import java.util.Set;

/**
 * The scales that the encoder of a block type chooses, nested ones included, so that a solver finds
 * codes on exactly the grid the file will hold.
 *
 * <p>Errors count by the diagonal of the Gram matrix of the layer's inputs. A scale of 0 becomes
 * the smallest the type holds: the solver may move errors there.
 *
 * @param blocks type, with evenly spaced codes
 */
public record BlockGrid(BlockType blocks) implements GridFitter {
  private static final short SMALLEST_HALF = 1;

  /** Validates the type. */
  public BlockGrid {
    Objects.requireNonNull(BlockTensors.of(blocks), "blocks");
  }

  @Override
  public Set<Statistic<?>> requires() {
    return Set.of(Statistics.GRAM);
  }

  /**
   * Fits the grid.
   *
   * @throws QuantizationException if the task's scheme is not the type's, rows are no whole blocks,
   *     or a weight is not finite or too large for the type
   */
  @Override
  public Grid fit(LinearTask task, Compute compute) {
    BlockTensors tensors = BlockTensors.of(blocks);
    GridCodec codec = (GridCodec) blocks.codec();
    if (!task.scheme().weight().equals(tensors.scheme()) || task.in() % codec.blockSize() != 0) {
      throw new QuantizationException(
          task.name(),
          "rows of "
              + task.in()
              + " with scheme "
              + task.scheme().weight()
              + " are no blocks of "
              + blocks);
    }
    Importance importance = importance(task);
    BlockFields[] fields = new BlockFields[task.out() * task.in() / codec.blockSize()];
    int perRow = task.in() / codec.blockSize();
    try {
      compute.parallel(
          task.out(),
          row -> {
            byte[] bytes = new byte[codec.rowBytes(task.in())];
            codec.encoder().encode(task.weight(), row, row + 1, importance, bytes, 0);
            for (int b = 0; b < perRow; b++) {
              fields[row * perRow + b] = usable(codec.layout(), bytes, b);
            }
          });
    } catch (IllegalArgumentException e) {
      throw new QuantizationException(task.name(), e.getMessage(), e);
    }
    return tensors.grid(fields, task.out(), task.in());
  }

  private static BlockFields usable(BlockLayout layout, byte[] bytes, int b) {
    BlockFields fields = new BlockFields(layout);
    layout.unpack(bytes, b * layout.bytes(), fields);
    if (Half.value(fields.d) == 0) {
      fields.d = SMALLEST_HALF;
    }
    for (int cell = 0; cell < layout.cells(); cell++) {
      fields.scale[cell] = fields.scale[cell] == 0 ? 1 : fields.scale[cell];
    }
    return fields;
  }

  private static Importance importance(LinearTask task) {
    double[] gram = task.stats().get(Statistics.GRAM).sum().values();
    float[] diagonal = new float[task.in()];
    for (int c = 0; c < diagonal.length; c++) {
      diagonal[c] = (float) gram[c * (diagonal.length + 1)];
    }
    return Importance.of(diagonal);
  }
}
