package io.halftone.planted.layers.cli;

/** Seen by the modules below it, which is forbidden. */
public final class Command {}
