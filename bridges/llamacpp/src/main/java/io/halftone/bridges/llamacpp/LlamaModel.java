package io.halftone.bridges.llamacpp;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A model that llama.cpp has loaded into this process, on the CPU, with keys and values cached as
 * float32.
 *
 * <p>A malformed file ends the process: open files from elsewhere in a child, as {@link
 * LlamaRuntime} does. One thread at a time.
 */
final class LlamaModel implements Closeable {
  private static final int F32 = 0;

  private final NativeLibrary library;
  private final Pointer model;
  private final Pointer context;
  private final Batch batch;
  private final int capacity;
  private final int vocabulary;
  private int position;

  private LlamaModel(
      NativeLibrary library, Pointer model, Pointer context, int capacity, int vocabulary) {
    this.library = library;
    this.model = model;
    this.context = context;
    this.capacity = capacity;
    this.vocabulary = vocabulary;
    this.batch = (Batch) call(Batch.class, "llama_batch_init", capacity, 0, 1);
  }

  /**
   * Loads a model.
   *
   * @param capacity tokens of the longest sequence
   * @param threads it computes with
   * @throws IOException if llama.cpp refuses the file
   */
  static LlamaModel load(Path file, int capacity, int threads) throws IOException {
    NativeLibrary library = BundledLibrary.load();
    library.getFunction("llama_backend_init").invokeVoid(new Object[0]);
    ModelParameters loading =
        (ModelParameters)
            library
                .getFunction("llama_model_default_params")
                .invoke(ModelParameters.class, new Object[0]);
    loading.checkTensors = 1;
    Pointer model =
        library
            .getFunction("llama_model_load_from_file")
            .invokePointer(new Object[] {file.toString(), loading});
    if (model == null) {
      throw new IOException("llama.cpp refuses " + file);
    }
    ContextParameters running =
        (ContextParameters)
            library
                .getFunction("llama_context_default_params")
                .invoke(ContextParameters.class, new Object[0]);
    running.context = capacity;
    running.batch = capacity;
    running.physicalBatch = capacity;
    running.threads = threads;
    running.batchThreads = threads;
    running.keyType = F32;
    running.valueType = F32;
    Pointer context =
        library.getFunction("llama_init_from_model").invokePointer(new Object[] {model, running});
    if (context == null) {
      library.getFunction("llama_model_free").invokeVoid(new Object[] {model});
      throw new IOException("llama.cpp has no context of " + capacity + " tokens for " + file);
    }
    Pointer words =
        library.getFunction("llama_model_get_vocab").invokePointer(new Object[] {model});
    int vocabulary = library.getFunction("llama_vocab_n_tokens").invokeInt(new Object[] {words});
    return new LlamaModel(library, model, context, capacity, vocabulary);
  }

  /** Number of tokens it knows. */
  int vocabulary() {
    return vocabulary;
  }

  /** Forgets what it has read. */
  void restart() {
    library.getFunction("llama_kv_self_clear").invokeVoid(new Object[] {context});
    position = 0;
  }

  /**
   * Reads on.
   *
   * @param tokens behind those read since the last restart
   * @throws IOException if a token is not in the vocabulary, there are too many, or llama.cpp fails
   */
  void read(int... tokens) throws IOException {
    if (position + tokens.length > capacity) {
      throw new IOException(position + tokens.length + " tokens, there is room for " + capacity);
    }
    for (int t = 0; t < tokens.length; t++) {
      if (tokens[t] < 0 || tokens[t] >= vocabulary) {
        throw new IOException(
            "token " + tokens[t] + " is not in the file's vocabulary of " + vocabulary);
      }
      batch.put(t, tokens[t], position + t);
    }
    batch.count = tokens.length;
    int status = library.getFunction("llama_decode").invokeInt(new Object[] {context, batch});
    if (status != 0) {
      throw new IOException("llama_decode returned " + status);
    }
    position += tokens.length;
  }

  /**
   * Logits behind a token of the last {@link #read}.
   *
   * @param index of the token among them
   */
  float[] logits(int index) {
    Pointer row =
        library.getFunction("llama_get_logits_ith").invokePointer(new Object[] {context, index});
    return row.getFloatArray(0, vocabulary);
  }

  private Object call(Class<?> type, String function, Object... arguments) {
    return library.getFunction(function).invoke(type, arguments);
  }

  @Override
  public void close() {
    library.getFunction("llama_batch_free").invokeVoid(new Object[] {batch});
    library.getFunction("llama_free").invokeVoid(new Object[] {context});
    library.getFunction("llama_model_free").invokeVoid(new Object[] {model});
  }
}
