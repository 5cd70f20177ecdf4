package io.halftone.core.model;

import java.util.List;

/**
 * A place where an equivalent transform may stand: one tensor and the linears that read it.
 *
 * @param id the tensor's name in the model
 * @param size channels of the tensor
 * @param consumers names of the linears that read it, at least one
 * @param producers names of the operations that write it; empty when unknown
 * @param absorbs what the producers can take into their own weights
 * @param repeats how often each produced channel is read (query heads per key/value head), 1
 *     without sharing
 * @param role what the tensor is in its block
 * @param heads groups of consecutive channels that must be kept apart, 1 without
 */
public record TransformSite(
    String id,
    int size,
    List<String> consumers,
    List<String> producers,
    Absorbs absorbs,
    int repeats,
    SiteRole role,
    int heads) {
  /** Validates that someone reads the site. */
  public TransformSite {
    consumers = List.copyOf(consumers);
    producers = List.copyOf(producers);
    if (consumers.isEmpty() || size < 1 || repeats < 1 || heads < 1) {
      throw new IllegalArgumentException(
          "site "
              + id
              + ": "
              + consumers.size()
              + " consumers, size "
              + size
              + ", repeats "
              + repeats
              + ", heads "
              + heads);
    }
  }

  /** A site of no known role, without heads. */
  public TransformSite(
      String id,
      int size,
      List<String> consumers,
      List<String> producers,
      Absorbs absorbs,
      int repeats) {
    this(id, size, consumers, producers, absorbs, repeats, SiteRole.OTHER, 1);
  }

  /** A site nothing is known of but its readers. */
  public static TransformSite isolated(String id, int size, List<String> consumers) {
    return new TransformSite(id, size, consumers, List.of(), Absorbs.NOTHING, 1);
  }
}
