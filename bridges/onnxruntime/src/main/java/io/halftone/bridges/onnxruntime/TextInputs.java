package io.halftone.bridges.onnxruntime;

import io.halftone.bridges.onnxruntime.ModelSignature.Input;
import io.halftone.bridges.onnxruntime.TextTokenizer.Window;
import io.halftone.io.npy.NpyArray;
import io.halftone.io.npy.NpyType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Plain text as model inputs: one passage per line, tokenized by a {@code tokenizer.json}.
 *
 * <p>A passage longer than {@link TextOptions#maxTokens()} becomes several rows, each with the
 * special tokens of its own; nothing is cut off. Blank lines and lines without a real token are no
 * passages. Of every {@value #CHUNK_BATCHES} batches' worth of rows the longest come first, equal
 * lengths in the order of the text, so that rows of similar length share a batch. Text is read and
 * tokenized again on each pass, so memory does not grow with it. Nothing is fetched from the
 * network.
 */
public final class TextInputs implements ModelInputs {
  /** Batches whose rows are sorted by length together. */
  static final int CHUNK_BATCHES = 64;

  private static final String IDS = "input_ids";
  private static final String MASK = "attention_mask";
  private static final String TYPES = "token_type_ids";
  private static final Set<String> KNOWN = Set.of(IDS, MASK, TYPES);

  private final TextTokenizer tokenizer;
  private final PassageSource text;
  private final ModelSignature signature;
  private final int batchSize;
  private final int fixedLength;
  private int passages;
  private int batches;
  private long tokens;

  /** Opens the text at its start. */
  @FunctionalInterface
  private interface PassageSource {
    BufferedReader open() throws IOException;
  }

  private TextInputs(
      TextTokenizer tokenizer,
      PassageSource text,
      ModelSignature signature,
      int batchSize,
      int fixedLength) {
    this.tokenizer = tokenizer;
    this.text = text;
    this.signature = signature;
    this.batchSize = batchSize;
    this.fixedLength = fixedLength;
  }

  /**
   * Reads passages from a file.
   *
   * @param tokenizer a {@code tokenizer.json}
   * @param text UTF-8, one passage per line
   * @param signature of the model to feed
   * @throws IllegalArgumentException if the text has no tokens, or the model asks for something
   *     text cannot give
   * @throws IOException if a file is missing, the tokenizer is malformed or the text is not UTF-8
   */
  public static TextInputs of(
      Path tokenizer, Path text, ModelSignature signature, TextOptions options) throws IOException {
    return create(
        tokenizer,
        () -> Files.newBufferedReader(text, StandardCharsets.UTF_8),
        text.toString(),
        signature,
        options);
  }

  /**
   * Takes passages from memory; a line break inside a passage becomes a space.
   *
   * @throws IllegalArgumentException as {@link #of(Path, Path, ModelSignature, TextOptions)}
   * @throws IOException if the tokenizer is missing or malformed
   */
  public static TextInputs of(
      Path tokenizer, List<String> passages, ModelSignature signature, TextOptions options)
      throws IOException {
    List<String> lines = passages.stream().map(passage -> passage.replaceAll("\\R", " ")).toList();
    String joined = String.join("\n", lines);
    return create(
        tokenizer,
        () -> new BufferedReader(new StringReader(joined)),
        "of " + lines.size() + " passages",
        signature,
        options);
  }

  private static TextInputs create(
      Path tokenizer,
      PassageSource source,
      String name,
      ModelSignature signature,
      TextOptions options)
      throws IOException {
    requireTextInputs(signature);
    Input ids = signature.input(IDS).orElseThrow();
    int rows = ids.fixed(0).orElse(options.batchSize());
    if (rows > 1 && ids.fixed(0).isPresent()) {
      throw new IllegalArgumentException(
          signature.model()
              + " fixes its batch at "
              + rows
              + " rows, text needs a free batch or 1; give an .npz instead");
    }
    int length = ids.fixed(1).orElse(0);
    int longest = length > 0 ? Math.min(length, options.maxTokens()) : options.maxTokens();
    TextInputs inputs =
        new TextInputs(TextTokenizer.open(tokenizer, longest), source, signature, rows, length);
    try {
      inputs.count(name);
      return inputs;
    } catch (IOException | RuntimeException e) {
      inputs.close();
      throw e;
    }
  }

  private static void requireTextInputs(ModelSignature signature) {
    List<String> names = signature.names();
    if (!names.contains(IDS) || !KNOWN.containsAll(names)) {
      throw new IllegalArgumentException(
          signature.model()
              + " asks for the inputs "
              + names
              + "; text gives only "
              + IDS
              + ", "
              + MASK
              + " and "
              + TYPES
              + ". Give an .npz file with one array per input instead");
    }
    for (Input input : signature.inputs()) {
      if (input.type() != NpyType.INT64 && input.type() != NpyType.INT32) {
        throw new IllegalArgumentException(
            signature.model()
                + ": input "
                + input.name()
                + " has type "
                + input.type()
                + ", text gives integers");
      }
    }
  }

  private void count(String name) throws IOException {
    int rows = 0;
    int line = 0;
    try (BufferedReader reader = text.open()) {
      for (String passage = reader.readLine(); passage != null; passage = reader.readLine()) {
        line++;
        List<Window> windows = passage.isBlank() ? List.of() : tokenizer.windows(passage);
        passages += windows.isEmpty() ? 0 : 1;
        rows = Math.addExact(rows, windows.size());
        tokens += windows.stream().mapToLong(window -> window.ids().length).sum();
      }
    } catch (MalformedInputException e) {
      throw new IOException("text " + name + " is not UTF-8 after line " + line, e);
    }
    if (rows == 0) {
      throw new IllegalArgumentException("calibration text " + name + " has no tokens");
    }
    batches = (rows + batchSize - 1) / batchSize;
  }

  @Override
  public int passages() {
    return passages;
  }

  @Override
  public long tokens() {
    return tokens;
  }

  @Override
  public int batches() {
    return batches;
  }

  @Override
  public Iterator<InputBatch> iterator() {
    try {
      return new TextBatches(text.open(), tokenizer::windows, batchSize, this::batch);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private InputBatch batch(List<TextBatches.Row> rows) {
    int longest = rows.stream().mapToInt(row -> row.window().ids().length).max().orElseThrow();
    int length = Math.max(longest, fixedLength);
    long[] ids = new long[rows.size() * length];
    long[] types = new long[ids.length];
    long[] mask = new long[ids.length];
    float[] weight = new float[ids.length];
    Arrays.fill(ids, tokenizer.padId());
    for (int r = 0; r < rows.size(); r++) {
      Window window = rows.get(r).window();
      System.arraycopy(window.ids(), 0, ids, r * length, window.ids().length);
      System.arraycopy(window.types(), 0, types, r * length, window.types().length);
      Arrays.fill(mask, r * length, r * length + window.ids().length, 1);
      Arrays.fill(weight, r * length, r * length + window.ids().length, 1);
    }
    Map<String, long[]> values = Map.of(IDS, ids, TYPES, types, MASK, mask);
    Map<String, NpyArray> tensors = new LinkedHashMap<>();
    for (Input input : signature.inputs()) {
      NpyArray array = NpyArray.ofLongs(values.get(input.name()), rows.size(), length);
      tensors.put(input.name(), ElementTypes.convert(input.name(), array, input.type()));
    }
    return new InputBatch(
        tensors, weight, rows.stream().mapToInt(TextBatches.Row::passage).toArray());
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
