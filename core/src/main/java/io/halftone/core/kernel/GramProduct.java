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
 * <p>Only what touches the upper triangle is computed, from a few columns before the diagonal on;
 * the lower one is a copy, exact because a product does not depend on the order of its factors.
 */
final class GramProduct {
  /** Chunks that a tile takes in while it stays in the second-level cache. */
  private static final int CHUNKS = 8;

  /** Bands of a tile, which read a chunk's right panel while it stays in that cache. */
  private static final int BANDS = 4;

  private final Kernels kernels;
  private final ForkJoinPool pool;

  GramProduct(Kernels kernels, ForkJoinPool pool) {
    this.kernels = kernels;
    this.pool = pool;
  }

  /** Rows [row, toRow) of G, in one panel, and the columns of another panel or the same. */
  private record Tile(int row, int toRow, int panel) {}

  void add(FloatMatrix x, SquareMatrix gram) {
    if (x.cols() == 0 || x.rows() == 0) {
      return;
    }
    GramPanels panels = new GramPanels(kernels, x, CHUNKS);
    List<Tile> tiles = tiles(panels);
    for (int from = 0; from < x.rows(); from += CHUNKS * GramPanels.CHUNK) {
      boolean last = x.rows() - from <= CHUNKS * GramPanels.CHUNK;
      panels.pack(from, pool);
      ParallelTiles.run(
          pool,
          tiles.size(),
          index -> {
            Tile tile = tiles.get(index);
            addChunks(panels, tile, gram);
            if (last) {
              int start = panels.start(tile.panel());
              int end = panels.end(tile.panel());
              new Mirror(gram).copy(tile.row(), tile.toRow(), start, end);
            }
          });
    }
  }

  /** The upper triangle, the tiles of one right panel after another. */
  private List<Tile> tiles(GramPanels panels) {
    int height = BANDS * kernels.rowStep();
    List<Tile> tiles = new ArrayList<>();
    for (int panel = 0; panel < panels.count(); panel++) {
      for (int left = 0; left <= panel; left++) {
        for (int row = panels.start(left); row < panels.end(left); row += height) {
          tiles.add(new Tile(row, Math.min(panels.end(left), row + height), panel));
        }
      }
    }
    return tiles;
  }

  private void addChunks(GramPanels panels, Tile tile, SquareMatrix gram) {
    int step = kernels.rowStep();
    float[] left = new float[kernels.leftLength(step, GramPanels.CHUNK)];
    float[] sums = new float[step * GramPanels.COLS];
    int end = panels.end(tile.panel());
    for (int chunk = 0; chunk < panels.chunks(); chunk++) {
      for (int row = tile.row(); row < tile.toRow(); row += step) {
        int rows = Math.min(step, tile.toRow() - row);
        int col = Math.max(panels.start(tile.panel()), row - row % Kernels.PANEL_STEP);
        MatrixView product = new MatrixView(sums, 0, end - col, rows, end - col);
        Arrays.fill(sums, 0, rows * (end - col), 0);
        panels.multiply(chunk, row, tile.panel(), col, left, product);
        addUpper(product, row, col, gram);
      }
    }
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
