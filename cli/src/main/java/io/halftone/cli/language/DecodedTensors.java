package io.halftone.cli.language;

import io.halftone.core.model.StoredTensor;
import io.halftone.core.model.TensorSource;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.gguf.block.BlockType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The tensors of a GGUF file under Hugging Face's names and in its order of rows, blocks decoded.
 *
 * @param model a GGUF file; closed with this object
 */
public record DecodedTensors(LanguageModel model) implements TensorSource {
  @Override
  public Set<String> names() {
    return model.tensors().names();
  }

  @Override
  public List<Long> shape(String name) {
    return model.tensors().shape(name);
  }

  /** The type of a tensor. */
  public BlockType type(String name) {
    return BlockType.valueOf(model.tensors().info(name).type());
  }

  /** The bytes of a tensor, its rows in the order of {@link #floats}. */
  byte[] blocks(String name) throws IOException {
    return bytes(model.tensors().stored(name));
  }

  private static byte[] bytes(StoredTensor stored) {
    ByteBuffer data = stored.data().duplicate().rewind();
    byte[] blocks = new byte[data.remaining()];
    data.get(blocks);
    return blocks;
  }

  /** {@inheritDoc} Only these rows are decoded: an embedding is asked for one row per token. */
  @Override
  public FloatMatrix floats(String name, int fromRow, int toRow) throws IOException {
    List<Long> shape = shape(name);
    int rows = shape.size() < 2 ? 1 : Math.toIntExact(shape.get(0));
    Objects.checkFromToIndex(fromRow, toRow, rows);
    FloatMatrix values =
        FloatMatrix.zeros(toRow - fromRow, Math.toIntExact(shape.get(shape.size() - 1)));
    byte[] blocks = bytes(model.tensors().stored(name, fromRow, toRow));
    type(name).codec().decode(blocks, 0, values.data(), 0, values.data().length);
    return values;
  }

  @Override
  public void close() throws IOException {
    model.close();
  }
}
