package io.halftone.bridges.onnxruntime;

import io.halftone.bridges.onnxruntime.TextTokenizer.Window;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;

/** Reads, tokenizes and sorts one chunk of text at a time. */
final class TextBatches implements Iterator<InputBatch> {
  private static final Comparator<Row> LONGEST_FIRST =
      Comparator.comparingInt((Row row) -> row.window().ids().length).reversed();

  private final BufferedReader text;
  private final Function<String, List<Window>> tokenize;
  private final Function<List<Row>, InputBatch> toBatch;
  private final int batchSize;
  private final List<Row> carried = new ArrayList<>();
  private List<Row> sorted = List.of();
  private int passage;
  private boolean ended;

  /**
   * A window and the passage it comes from.
   *
   * @param window tokens
   * @param passage index
   */
  record Row(Window window, int passage) {}

  /** Takes over the reader and closes it at its end. */
  TextBatches(
      BufferedReader text,
      Function<String, List<Window>> tokenize,
      int batchSize,
      Function<List<Row>, InputBatch> toBatch) {
    this.text = text;
    this.tokenize = tokenize;
    this.batchSize = batchSize;
    this.toBatch = toBatch;
  }

  @Override
  public boolean hasNext() {
    if (sorted.isEmpty()) {
      readChunk();
    }
    return !sorted.isEmpty();
  }

  @Override
  public InputBatch next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    int count = Math.min(batchSize, sorted.size());
    List<Row> rows = sorted.subList(0, count);
    sorted = sorted.subList(count, sorted.size());
    return toBatch.apply(rows);
  }

  private void readChunk() {
    int chunk = TextInputs.CHUNK_BATCHES * batchSize;
    try {
      while (!ended && carried.size() < chunk) {
        readPassage();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<Row> head = carried.subList(0, Math.min(chunk, carried.size()));
    sorted = head.stream().sorted(LONGEST_FIRST).toList();
    head.clear();
  }

  private void readPassage() throws IOException {
    String line = text.readLine();
    if (line == null) {
      ended = true;
      text.close();
      return;
    }
    List<Window> windows = line.isBlank() ? List.of() : tokenize.apply(line);
    for (Window window : windows) {
      carried.add(new Row(window, passage));
    }
    passage += windows.isEmpty() ? 0 : 1;
  }
}
