package io.halftone.core.kernel;

import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;
import io.halftone.core.tensor.SquareMatrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinPool;

/**
 * G ← G + XᵀX: float chains inside chunks of 256 tokens, chunks added in double in order.
 *
 * <p>Only the upper triangle is written; it is computed from a few columns before the diagonal on.
 */
final class GramProduct {
  /** Chunks that a tile takes in while it stays in the second-level cache. */
  private static final int CHUNKS = 4;

  /** Bands of a tile, which read a chunk's right panel while it stays in that cache. */
  private static final int BANDS = 4;

  private final Kernels kernels;
  private final ForkJoinPool pool;

  GramProduct(Kernels kernels, ForkJoinPool pool) {
    this.kernels = kernels;
    this.pool = pool;
  }

  /** Rows of G from one on, and the columns of a right panel. */
  private record Tile(int row, int panel) {}

  void add(FloatMatrix x, SquareMatrix gram) {
    if (x.cols() == 0 || x.rows() == 0) {
      return;
    }
    GramPanels panels = new GramPanels(kernels, x, CHUNKS);
    List<Tile> tiles = tiles(panels);
    for (int from = 0; from < x.rows(); from += CHUNKS * GramPanels.CHUNK) {
      panels.pack(from, pool);
      ParallelTiles.run(pool, tiles.size(), index -> addChunks(panels, tiles.get(index), gram));
    }
  }

  /** The upper triangle, the tiles of one right panel after another. */
  private List<Tile> tiles(GramPanels panels) {
    List<Tile> tiles = new ArrayList<>();
    for (int panel = 0; panel < panels.count(); panel++) {
      for (int row = 0; row < panels.end(panel); row += BANDS * kernels.rowStep()) {
        tiles.add(new Tile(row, panel));
      }
    }
    return tiles;
  }

  private void addChunks(GramPanels panels, Tile tile, SquareMatrix gram) {
    int step = kernels.rowStep();
    int start = panels.start(tile.panel());
    int end = panels.end(tile.panel());
    int endRow = Math.min(end, tile.row() + BANDS * step);
    float[] sums = new float[step * (end - start)];
    for (int chunk = 0; chunk < panels.chunks(); chunk++) {
      for (int row = tile.row(); row < endRow; row += step) {
        int rows = Math.min(step, endRow - row);
        int col = start + skipped(row - start);
        MatrixView product = new MatrixView(sums, 0, end - col, rows, end - col);
        Arrays.fill(sums, 0, rows * (end - col), 0);
        panels.multiply(chunk, row, tile.panel(), col, product);
        addUpper(product, row, col, gram);
      }
    }
  }

  /** Columns of whole strips that lie below the diagonal in a row of a panel. */
  private static int skipped(int diagonal) {
    return Math.max(0, diagonal / Kernels.PANEL_STEP * Kernels.PANEL_STEP);
  }

  private void addUpper(MatrixView product, int row, int col, SquareMatrix gram) {
    for (int r = 0; r < product.rows(); r++) {
      int c = Math.max(0, row + r - col);
      int source = r * product.stride() + c;
      int target = (row + r) * gram.size() + col + c;
      kernels.add(product.data(), source, gram.values(), target, product.cols() - c);
    }
  }
}
