package io.halftone.io.llama2c;

import io.halftone.core.model.RopePairing;
import io.halftone.io.FileBytes;
import io.halftone.io.FileCursor;
import io.halftone.io.TensorEntry;
import io.halftone.io.TensorFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A checkpoint of llama2.c, version 0: seven int32 numbers, then float32 tensors in a fixed order.
 *
 * <p>The tensors carry the names that Hugging Face gives those of a Llama model, and their shapes
 * [out, in]; the tables of rotary angles, {@code freq_cis_real} and {@code freq_cis_imag}, carry
 * llama2.c's. The rows of the query and key weights stand for pairs of neighbours, see {@link
 * #ROPE_PAIRING}; models in Hugging Face's own files pair a head's halves.
 *
 * @see <a href="https://github.com/karpathy/llama2.c/blob/master/export.py">llama2.c, export.py,
 *     legacy_export</a>
 */
public final class Llama2cFile extends TensorFile {
  /** How the rows of the query and key weights pair up. */
  public static final RopePairing ROPE_PAIRING = RopePairing.INTERLEAVED;

  /** What versions 1 and 2 begin with: {@code ak42}. */
  private static final int LATER_VERSION = 0x616b3432;

  /** Nine tensors of at least one value. */
  private static final int MIN_LAYER = 9 * Float.BYTES;

  private final Llama2cConfig config;

  private Llama2cFile(Llama2cConfig config, List<Location> tensors, FileBytes file) {
    super(tensors, List.of(file));
    this.config = config;
  }

  /**
   * Opens a checkpoint.
   *
   * @throws IOException if the file is missing, its header makes no sense, or its length is not
   *     what the header describes; the message names file, offset and reason
   */
  public static Llama2cFile open(Path file) throws IOException {
    FileBytes bytes = FileBytes.open(file);
    try {
      FileCursor cursor = new FileCursor(bytes);
      Llama2cConfig config = config(cursor);
      if (config.layers() > bytes.size() / MIN_LAYER) {
        throw bytes.malformed(
            2 * Integer.BYTES,
            config.layers() + " layers do not fit a file of " + bytes.size() + " bytes");
      }
      List<Location> tensors = new ArrayList<>();
      long offset = cursor.position();
      for (TensorEntry entry : Llama2cLayout.tensors(config)) {
        tensors.add(new Location(entry, bytes, offset));
        if (entry.bytes() > bytes.size() - offset) {
          throw bytes.malformed(
              offset, entry.name() + " has " + entry.bytes() + " bytes by the header");
        }
        offset += entry.bytes();
      }
      if (offset != bytes.size()) {
        throw bytes.malformed(
            offset, "the tensors end here by the header, the file has " + bytes.size() + " bytes");
      }
      return new Llama2cFile(config, tensors, bytes);
    } catch (IOException | RuntimeException e) {
      bytes.close();
      throw e;
    }
  }

  private static Llama2cConfig config(FileCursor cursor) throws IOException {
    int dim = cursor.i32("dim");
    if (dim == LATER_VERSION) {
      throw cursor.malformed(0, "a llama2.c checkpoint of version 1 or 2; only 0 is readable");
    }
    int hiddenDim = cursor.i32("hidden_dim");
    int layers = cursor.i32("n_layers");
    int heads = cursor.i32("n_heads");
    int kvHeads = cursor.i32("n_kv_heads");
    int vocabSize = cursor.i32("vocab_size");
    int contextLength = cursor.i32("max_seq_len");
    try {
      // the sign tells whether the output layer has weights of its own
      return new Llama2cConfig(
          dim,
          hiddenDim,
          layers,
          heads,
          kvHeads,
          Math.abs(vocabSize),
          contextLength,
          vocabSize > 0);
    } catch (IllegalArgumentException e) {
      throw cursor.malformed(0, "not a llama2.c checkpoint: " + e.getMessage());
    }
  }

  @Override
  public String format() {
    return "llama2.c";
  }

  /** The model's shape. */
  public Llama2cConfig config() {
    return config;
  }
}
