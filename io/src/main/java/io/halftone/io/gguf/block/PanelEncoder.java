package io.halftone.io.gguf.block;

import io.halftone.core.tensor.FloatMatrix;

/** Encodes batches of blocks whose cells fill a panel. */
abstract class PanelEncoder implements BlockEncoder {
  /** Of a block. */
  final BlockLayout layout;

  /** The batch. */
  final Panel panel;

  /** Results, one per block of a batch. */
  final BlockFields[] fields;

  PanelEncoder(BlockLayout layout) {
    this.layout = layout;
    panel = new Panel(layout.cellSize());
    fields = new BlockFields[Panel.LANES / layout.cells()];
    for (int i = 0; i < fields.length; i++) {
      fields[i] = new BlockFields(layout);
    }
  }

  /**
   * Fills the fields of the batch in the panel.
   *
   * @param blocks in the batch
   * @param uniform whether all importances are 1
   */
  abstract void choose(int blocks, boolean uniform);

  @Override
  public final void encode(
      FloatMatrix weight, int from, int to, Importance importance, byte[] blocks, int at) {
    BlockType.requireWhole(weight.cols(), layout.size());
    importance.requireChannels(weight.cols());
    int count = (to - from) * (weight.cols() / layout.size());
    for (int b = 0; b < count; b += fields.length) {
      int batch = Math.min(fields.length, count - b);
      int cells = batch * layout.cells();
      panel.load(weight.data(), weight.offset(from) + b * layout.size(), cells);
      if (!panel.isFinite()) {
        Rows.requireFinite(weight, from, to);
      }
      panel.weigh(importance, b * layout.size(), weight.cols(), cells);
      choose(batch, importance.isUniform());
      for (int i = 0; i < batch; i++) {
        layout.pack(fields[i], blocks, at + (b + i) * layout.bytes());
      }
    }
  }
}
