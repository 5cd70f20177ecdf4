package io.halftone.cli.language;

import io.halftone.core.model.StoredTensor;
import io.halftone.core.model.TensorSource;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.gguf.block.BlockType;
import java.io.IOException;
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
    StoredTensor stored = model.tensors().stored(name);
    byte[] blocks = new byte[stored.data().remaining()];
    stored.data().duplicate().get(blocks);
    return blocks;
  }

  @Override
  public FloatMatrix floats(String name, int fromRow, int toRow) throws IOException {
    List<Long> shape = shape(name);
    int rows = shape.size() < 2 ? 1 : Math.toIntExact(shape.get(0));
    Objects.checkFromToIndex(fromRow, toRow, rows);
    FloatMatrix all = FloatMatrix.zeros(rows, Math.toIntExact(shape.get(shape.size() - 1)));
    type(name).codec().decode(blocks(name), 0, all.data(), 0, all.data().length);
    return toRow - fromRow == rows ? all : all.rows(fromRow, toRow);
  }

  @Override
  public void close() throws IOException {
    model.close();
  }
}
