package io.halftone.bridges.onnxruntime;

import java.util.Iterator;

/**
 * Tells when a batch is drawn.
 *
 * @param source of the batches
 * @param drawn run for each
 */
record CountingInputs(Iterable<InputBatch> source, Runnable drawn) implements ModelInputs {
  @Override
  public int passages() {
    return batches();
  }

  @Override
  public long tokens() {
    return batches();
  }

  @Override
  public int batches() {
    int count = 0;
    for (Iterator<InputBatch> rest = source.iterator(); rest.hasNext(); rest.next()) {
      count++;
    }
    return count;
  }

  @Override
  public Iterator<InputBatch> iterator() {
    Iterator<InputBatch> rest = source.iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rest.hasNext();
      }

      @Override
      public InputBatch next() {
        drawn.run();
        return rest.next();
      }
    };
  }

  @Override
  public void close() {}
}
