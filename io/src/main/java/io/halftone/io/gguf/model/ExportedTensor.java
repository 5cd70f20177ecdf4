package io.halftone.io.gguf.model;

import io.halftone.io.TensorData;
import io.halftone.io.TensorEntry;
import io.halftone.io.gguf.block.BlockCodec;
import io.halftone.io.gguf.model.TypePlan.Choice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A tensor of a file to be written.
 *
 * @param choice name and type there
 * @param shape outermost extent first
 */
record ExportedTensor(Choice choice, List<Long> shape) {
  /** Makes the rows of a tensor, in the file's order. */
  @FunctionalInterface
  interface Content {
    byte[] read() throws IOException;
  }

  /** The tensor, whose content is read when its turn comes. */
  TensorData data(Content content) {
    BlockCodec codec = choice.type().codec();
    long bytes = (long) rows() * codec.rowBytes(Math.toIntExact(shape.get(shape.size() - 1)));
    TensorEntry entry = new TensorEntry(choice.tensor(), choice.type().name(), shape, bytes);
    return TensorData.of(entry, out -> TensorData.writeFully(out, ByteBuffer.wrap(content.read())));
  }

  int rows() {
    return isVector() ? 1 : Math.toIntExact(shape.get(0));
  }

  boolean isVector() {
    return shape.size() < 2;
  }
}
