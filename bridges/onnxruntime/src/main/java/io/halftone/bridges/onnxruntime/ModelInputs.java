package io.halftone.bridges.onnxruntime;

import java.util.Iterator;

/**
 * Batches to run a model over, the same ones in the same order each time.
 *
 * <p>An iterator throws {@link java.io.UncheckedIOException} when the inputs cannot be read any
 * more; the classes of this package turn that into the {@link java.io.IOException} it carries.
 */
public interface ModelInputs extends Iterable<InputBatch>, AutoCloseable {
  /** Number of passages or samples, at least 1. */
  int passages();

  /** Tokens with positive weight over all batches; samples when the inputs have no mask. */
  long tokens();

  /** Number of batches. */
  int batches();

  /** Starts over; batches are made as they are asked for. */
  @Override
  Iterator<InputBatch> iterator();

  /** Frees what the inputs hold. */
  @Override
  void close();
}
