package io.halftone.io.llama2c;

import io.halftone.io.AtomicFile;
import io.halftone.io.TensorData;
import io.halftone.io.TensorEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a checkpoint of llama2.c, version 0, see {@link Llama2cFile}.
 *
 * @see <a href="https://github.com/karpathy/llama2.c/blob/master/export.py">llama2.c, export.py,
 *     legacy_export</a>
 */
public final class Llama2cWriter {
  private static final int HEADER = 7 * Integer.BYTES;

  private Llama2cWriter() {}

  /**
   * Writes a checkpoint, completely or not at all; tensors go one after the other.
   *
   * @param path replaced if it exists
   * @param config says which tensors there are and their shapes
   * @param tensors in any order, all of type F32, with the names that {@link Llama2cFile} gives
   *     them; rows of query and key weights pair as {@link Llama2cFile#ROPE_PAIRING} says
   * @throws IllegalArgumentException if a tensor is missing, too many or of another type or shape
   * @throws IOException if the file cannot be written; it is then as it was
   */
  public static void write(Path path, Llama2cConfig config, List<TensorData> tensors)
      throws IOException {
    List<TensorData> ordered = order(config, tensors);
    AtomicFile.write(
        path,
        channel -> {
          TensorData.writeFully(channel, header(config));
          for (TensorData tensor : ordered) {
            tensor.writeInto(channel);
          }
        });
  }

  private static ByteBuffer header(Llama2cConfig config) {
    return ByteBuffer.allocate(HEADER)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(config.dim())
        .putInt(config.hiddenDim())
        .putInt(config.layers())
        .putInt(config.heads())
        .putInt(config.kvHeads())
        .putInt(config.tied() ? config.vocabSize() : -config.vocabSize())
        .putInt(config.contextLength())
        .flip();
  }

  private static List<TensorData> order(Llama2cConfig config, List<TensorData> tensors) {
    Map<String, TensorData> byName = new LinkedHashMap<>();
    for (TensorData tensor : tensors) {
      if (byName.put(tensor.entry().name(), tensor) != null) {
        throw new IllegalArgumentException("a second tensor is named " + tensor.entry().name());
      }
    }
    List<TensorData> ordered = new ArrayList<>();
    for (TensorEntry expected : Llama2cLayout.tensors(config)) {
      TensorData tensor = byName.remove(expected.name());
      if (tensor == null) {
        throw new IllegalArgumentException("tensor " + expected.name() + " is missing");
      }
      if (!tensor.entry().equals(expected)) {
        throw new IllegalArgumentException(tensor.entry() + " must be " + expected);
      }
      ordered.add(tensor);
    }
    if (!byName.isEmpty()) {
      throw new IllegalArgumentException("llama2.c has no place for " + byName.keySet());
    }
    return ordered;
  }
}
