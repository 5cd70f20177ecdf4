package io.halftone.core.model;

import java.util.List;

/**
 * A part of a model that is calibrated together.
 *
 * @param name of the block
 * @param linears names of its linear layers, in the order they run
 * @param sites every linear is a consumer of exactly one
 */
public record Block(String name, List<String> linears, List<TransformSite> sites) {
  /** Takes copies of the lists. */
  public Block {
    linears = List.copyOf(linears);
    sites = List.copyOf(sites);
  }
}
