package io.halftone.planted.siblings.quantizers.grids;

/** Seen by a sibling. */
public final class Range {}
