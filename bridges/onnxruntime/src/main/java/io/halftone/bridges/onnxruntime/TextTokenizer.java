package io.halftone.bridges.onnxruntime;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A {@code tokenizer.json} that cuts passages into windows. */
final class TextTokenizer implements AutoCloseable {
  /** Keep the tokenizer library from looking for a GPU, fetching natives and reporting its use. */
  private static final Map<String, String> OFFLINE =
      Map.of("ai.djl.offline", "true", "OPT_OUT_TRACKING", "true", "RUST_FLAVOR", "cpu");

  private final HuggingFaceTokenizer tokenizer;
  private final long padId;

  /**
   * One row of a batch.
   *
   * @param ids token ids
   * @param types segment ids
   */
  record Window(long[] ids, long[] types) {}

  private TextTokenizer(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.padId = probePadId(tokenizer);
  }

  static TextTokenizer open(Path file, int maxTokens) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString(), null, "not a file");
    }
    return new TextTokenizer(load(file, maxTokens));
  }

  /**
   * System properties are the library's only switches; they are back as they were when this
   * returns.
   */
  private static synchronized HuggingFaceTokenizer load(Path file, int maxTokens)
      throws IOException {
    Map<String, String> before = new LinkedHashMap<>();
    OFFLINE.forEach((key, value) -> before.put(key, System.setProperty(key, value)));
    try {
      return HuggingFaceTokenizer.builder()
          .optTokenizerPath(file)
          .optAddSpecialTokens(true)
          .optPadding(true)
          .optTruncation(true)
          .optMaxLength(maxTokens)
          .optStride(0)
          .optWithOverflowingTokens(true)
          .build();
    } catch (RuntimeException e) {
      throw new IOException(file + " is not a readable tokenizer: " + e.getMessage(), e);
    } finally {
      before.forEach(TextTokenizer::restore);
    }
  }

  private static void restore(String key, String value) {
    if (value == null) {
      System.clearProperty(key);
    } else {
      System.setProperty(key, value);
    }
  }

  private static long probePadId(HuggingFaceTokenizer tokenizer) {
    for (Encoding encoding : tokenizer.batchEncode(new String[] {"a", "a a a"})) {
      for (int i = 0; i < encoding.getIds().length; i++) {
        if (encoding.getAttentionMask()[i] == 0) {
          return encoding.getIds()[i];
        }
      }
    }
    return 0;
  }

  /** The id that fills short rows. */
  long padId() {
    return padId;
  }

  /** The windows of a passage in order; none if it holds nothing but special tokens. */
  List<Window> windows(String passage) {
    Encoding first = tokenizer.encode(passage);
    List<Window> windows = new ArrayList<>();
    add(windows, first);
    for (Encoding next : first.getOverflowing()) {
      add(windows, next);
    }
    return windows;
  }

  private static void add(List<Window> windows, Encoding encoding) {
    long[] mask = encoding.getAttentionMask();
    long[] special = encoding.getSpecialTokenMask();
    int count = 0;
    boolean real = false;
    for (int i = 0; i < mask.length; i++) {
      count += mask[i] != 0 ? 1 : 0;
      real |= mask[i] != 0 && special[i] == 0;
    }
    if (!real) {
      return;
    }
    long[] ids = new long[count];
    long[] types = new long[count];
    int next = 0;
    for (int i = 0; i < mask.length; i++) {
      if (mask[i] != 0) {
        ids[next] = encoding.getIds()[i];
        types[next++] = encoding.getTypeIds()[i];
      }
    }
    windows.add(new Window(ids, types));
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
