package io.halftone.core.model;

import java.util.List;

/**
 * What the calibration knows of a model: its blocks in the order they run.
 *
 * @param blocks at least one for a model with linears
 */
public record ModelGraph(List<Block> blocks) {
  /** Takes a copy of the list. */
  public ModelGraph {
    blocks = List.copyOf(blocks);
  }

  /** The sites of all blocks, in order. */
  public List<TransformSite> sites() {
    return blocks.stream().flatMap(block -> block.sites().stream()).toList();
  }

  /** The linears of all blocks, in order. */
  public List<String> linears() {
    return blocks.stream().flatMap(block -> block.linears().stream()).toList();
  }
}
