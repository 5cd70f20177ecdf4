package io.halftone.core.model;

/**
 * A weight's name and shape.
 *
 * @param name of the linear layer
 * @param rows outputs
 * @param cols inputs
 */
public record TensorInfo(String name, int rows, int cols) {}
