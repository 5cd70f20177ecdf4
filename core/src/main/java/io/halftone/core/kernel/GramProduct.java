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
  /** About the rows of a tile, for which a block's right panel is read from far once. */
  private static final int TILE_ROWS = 56;

  private final Kernels kernels;
  private final ForkJoinPool pool;
  private final int tileRows;

  GramProduct(Kernels kernels, ForkJoinPool pool) {
    this.kernels = kernels;
    this.pool = pool;
    this.tileRows = Math.max(1, TILE_ROWS / kernels.rowStep()) * kernels.rowStep();
  }

  /** Rows of G from one on, and the columns of a right panel. */
  private record Tile(int row, int panel) {}

  /** What one thread works on: a left panel and the sums of a tile. */
  private record Buffers(float[] left, float[] sums) {}

  void add(FloatMatrix x, SquareMatrix gram) {
    if (x.cols() == 0 || x.rows() == 0) {
      return;
    }
    GramPanels panels = new GramPanels(kernels, x);
    List<Tile> tiles = tiles(panels);
    Queue<Buffers> spare = new ConcurrentLinkedQueue<>();
    for (int from = 0; from < x.rows(); from += GramPanels.CHUNK) {
      panels.pack(from, pool);
      ParallelTiles.run(
          pool,
          tiles.size(),
          index -> {
            Tile tile = tiles.get(index);
            Buffers kept = spare.poll();
            Buffers buffers = kept == null ? newBuffers(panels) : kept;
            multiply(panels, tile, buffers);
            addUpper(panels, tile, buffers.sums(), gram);
            spare.add(buffers);
          });
    }
  }

  /** The upper triangle, the tiles of one right panel after another. */
  private List<Tile> tiles(GramPanels panels) {
    List<Tile> tiles = new ArrayList<>();
    for (int panel = 0; panel < panels.count(); panel++) {
      for (int row = 0; row < panels.end(panel); row += tileRows) {
        tiles.add(new Tile(row, panel));
      }
    }
    return tiles;
  }

  private Buffers newBuffers(GramPanels panels) {
    return new Buffers(panels.newLeft(), new float[tileRows * panels.end(0)]);
  }

  private int endRow(GramPanels panels, Tile tile) {
    return Math.min(panels.end(tile.panel()), tile.row() + tileRows);
  }

  /** A chunk's part of a tile; what lies to the left of its diagonal is not all computed. */
  private void multiply(GramPanels panels, Tile tile, Buffers buffers) {
    float[] sums = buffers.sums();
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
        panels.packLeft(block, row, rows, buffers.left());
        panels.multiply(block, buffers.left(), tile.panel(), start + skipped, product);
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
