package io.halftone.core.kernel;

import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;
import io.halftone.core.tensor.SquareMatrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ForkJoinPool;

/**
 * G ← G + XᵀX: float chains inside chunks of 1024 tokens, chunks added in double in order.
 *
 * <p>Only the upper triangle is written; it is computed from a few columns before the diagonal on.
 */
final class GramProduct {
  /** Bands of a tile, which read a block's right panel while it stays in the second-level cache. */
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
    GramPanels panels = new GramPanels(kernels, x);
    List<Tile> tiles = tiles(panels);
    Queue<float[]> spare = new ConcurrentLinkedQueue<>();
    for (int from = 0; from < x.rows(); from += GramPanels.CHUNK) {
      panels.pack(from, pool);
      ParallelTiles.run(
          pool,
          tiles.size(),
          index -> {
            Tile tile = tiles.get(index);
            float[] kept = spare.poll();
            float[] sums = kept == null ? new float[mostSums(panels)] : kept;
            multiply(panels, tile, sums);
            addUpper(panels, tile, sums, gram);
            spare.add(sums);
          });
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

  private int mostSums(GramPanels panels) {
    return BANDS * kernels.rowStep() * panels.end(0);
  }

  private int endRow(GramPanels panels, Tile tile) {
    return Math.min(panels.end(tile.panel()), tile.row() + BANDS * kernels.rowStep());
  }

  /** A chunk's part of a tile; what lies to the left of its diagonal is not all computed. */
  private void multiply(GramPanels panels, Tile tile, float[] sums) {
    int start = panels.start(tile.panel());
    int width = panels.end(tile.panel()) - start;
    int endRow = endRow(panels, tile);
    Arrays.fill(sums, 0, (endRow - tile.row()) * width, 0);
    for (int block = 0; block < panels.blocks(); block++) {
      for (int row = tile.row(); row < endRow; row += kernels.rowStep()) {
        int skipped = skipped(row - start);
        int offset = (row - tile.row()) * width + skipped;
        int rows = Math.min(kernels.rowStep(), endRow - row);
        MatrixView product = new MatrixView(sums, offset, width, rows, width - skipped);
        panels.multiply(block, row, tile.panel(), start + skipped, product);
      }
    }
  }

  /** Columns of whole strips that lie below the diagonal in a row of a panel. */
  private static int skipped(int diagonal) {
    return Math.max(0, diagonal / Kernels.PANEL_STEP * Kernels.PANEL_STEP);
  }

  private void addUpper(GramPanels panels, Tile tile, float[] sums, SquareMatrix gram) {
    int start = panels.start(tile.panel());
    int width = panels.end(tile.panel()) - start;
    int endRow = endRow(panels, tile);
    for (int row = tile.row(); row < endRow; row++) {
      int c = Math.max(0, row - start);
      int source = (row - tile.row()) * width + c;
      int target = row * gram.size() + start + c;
      kernels.add(sums, source, gram.values(), target, width - c);
    }
  }
}
