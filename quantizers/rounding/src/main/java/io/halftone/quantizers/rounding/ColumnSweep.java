package io.halftone.quantizers.rounding;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;
import java.util.function.IntFunction;

/**
 * One pass over the columns of a layer in ascending order, each moved for all rows at once.
 *
 * <p>A column is moved by what P = R·G says there, R the residuals as all columns before it left
 * them. The products of a block of columns are formed by one matrix product from the residuals as
 * they are when the block is reached; inside the block {@link BlockSweep} passes moves on. All
 * matrices are held transposed, so that every step runs over the rows. Cost out·in·(in + {@value
 * #BLOCK} / 2) multiply-adds, nearly all of them in products.
 */
final class ColumnSweep {
  /** Columns of a block; part of the definition of a result's bits. */
  static final int BLOCK = 224;

  private final Coupling gram;
  private final Compute compute;
  private final DescentPoint point;
  private final ColumnBlocks blocks;
  private final TilePanels residuals;

  /**
   * Prepares sweeps, the residuals as they are now.
   *
   * @param gram [in, in], read
   * @param point its residuals are read; moves write them
   */
  ColumnSweep(FloatMatrix gram, DescentPoint point, Compute compute) {
    this.gram = Coupling.of(gram);
    this.compute = compute;
    this.point = point;
    this.blocks = ColumnBlocks.of(point.in(), 1, BLOCK);
    this.residuals = new TilePanels(compute.kernels(), blocks, point.out());
    compute.parallel(
        point.tiles(),
        tile -> {
          for (int block = 0; block < blocks.count(); block++) {
            pack(tile, block);
          }
        });
  }

  private void pack(int tile, int block) {
    int rows = point.rows(tile);
    int offset = blocks.from(block) * rows;
    residuals.pack(
        tile, block, new MatrixView(point.residual(tile), offset, rows, blocks.width(block), rows));
  }

  /**
   * Goes over all columns once.
   *
   * @param moves begins a tile, or goes on with it: reads products (R·G)[row, column] of the tile's
   *     rows, moves their residuals, writes what these changed by
   */
  void run(IntFunction<BlockSweep.Move> moves) {
    for (int block = 0; block < blocks.count(); block++) {
      int current = block;
      PackedBlock packed = new PackedBlock(compute.kernels(), gram, blocks, block, blocks.count());
      compute.parallel(packed.parts(), packed::pack);
      compute.parallel(
          point.tiles(),
          tile -> {
            MatrixView products = packed.zeros(point.rows(tile));
            packed.feed(residuals, tile, products);
            new BlockSweep(compute.kernels(), packed, products, packed.zeros(point.rows(tile)))
                .run(0, packed.width(), moves.apply(tile));
            pack(tile, current);
          });
    }
  }
}
