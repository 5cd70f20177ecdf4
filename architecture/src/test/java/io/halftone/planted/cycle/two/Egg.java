package io.halftone.planted.cycle.two;

import io.halftone.planted.cycle.one.Chicken;

/** Comes from a chicken. */
public final class Egg {
  Chicken from;
}
