package io.halftone.planted.cycle.one;

import io.halftone.planted.cycle.two.Egg;

/** Comes from an egg. */
public final class Chicken {
  Egg from;
}
