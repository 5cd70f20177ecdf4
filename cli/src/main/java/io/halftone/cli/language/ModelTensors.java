package io.halftone.cli.language;

import io.halftone.calibration.decoder.Renaming;
import io.halftone.core.model.StoredTensor;
import io.halftone.core.model.TensorSource;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.TensorEntry;
import io.halftone.io.TensorFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The tensors of a model file under Hugging Face's names and in its order of rows, whatever the
 * file's own are.
 */
public final class ModelTensors implements TensorSource {
  private final TensorFile file;
  private final Map<String, String> stored;
  private final Set<String> interleaved;
  private final int headSize;

  /**
   * A view of a file.
   *
   * @param file closed with this object
   * @param stored name in the file by name here
   * @param interleaved tensors here whose rows the file has in pairs of neighbours
   * @param headSize channels of a head
   */
  ModelTensors(TensorFile file, Map<String, String> stored, Set<String> interleaved, int headSize) {
    this.file = file;
    this.stored = Collections.unmodifiableMap(stored);
    this.interleaved = Set.copyOf(interleaved);
    this.headSize = headSize;
  }

  @Override
  public Set<String> names() {
    return stored.keySet();
  }

  private String inFile(String name) {
    String found = stored.get(name);
    if (found == null) {
      throw new IllegalArgumentException("the model has no tensor " + name);
    }
    return found;
  }

  @Override
  public List<Long> shape(String name) {
    return file.shape(inFile(name));
  }

  /** Type, shape and length of a tensor. */
  public TensorEntry info(String name) {
    TensorEntry entry = file.info(inFile(name));
    return new TensorEntry(name, entry.type(), entry.shape(), entry.bytes());
  }

  @Override
  public FloatMatrix floats(String name, int fromRow, int toRow) throws IOException {
    if (!interleaved.contains(name)) {
      return file.floats(inFile(name), fromRow, toRow);
    }
    FloatMatrix all = file.floats(inFile(name));
    boolean vector = shape(name).size() < 2;
    FloatMatrix ordered = FloatMatrix.zeros(all.rows(), all.cols());
    int cols = vector ? 1 : all.cols();
    for (int row = 0; row < all.data().length / cols; row++) {
      int from = Renaming.interleavedRow(row, headSize);
      System.arraycopy(all.data(), from * cols, ordered.data(), row * cols, cols);
    }
    return vector ? ordered : ordered.rows(fromRow, toRow);
  }

  /** A tensor with the file's own bytes, its rows in the order of {@link #floats}. */
  public StoredTensor stored(String name) throws IOException {
    StoredTensor tensor = file.read(inFile(name));
    ByteBuffer data = tensor.data().duplicate().rewind().order(ByteOrder.LITTLE_ENDIAN);
    if (interleaved.contains(name)) {
      int rows = Math.toIntExact(tensor.shape().get(0));
      int bytes = data.remaining() / rows;
      ByteBuffer ordered = ByteBuffer.allocate(data.remaining()).order(ByteOrder.LITTLE_ENDIAN);
      for (int row = 0; row < rows; row++) {
        ordered.put(data.slice(Renaming.interleavedRow(row, headSize) * bytes, bytes));
      }
      data = ordered.flip();
    }
    return new StoredTensor(name, tensor.type(), tensor.shape(), data);
  }

  /**
   * Rows [fromRow, toRow) of a tensor with the file's own bytes, in the order of {@link #floats}.
   * Only these rows are read, unless their order is another in the file.
   *
   * @throws IllegalArgumentException if the rows are not whole bytes
   */
  StoredTensor stored(String name, int fromRow, int toRow) throws IOException {
    if (!interleaved.contains(name)) {
      return file.read(inFile(name), fromRow, toRow);
    }
    StoredTensor all = stored(name);
    if (all.shape().size() < 2) {
      Objects.checkFromToIndex(fromRow, toRow, 1);
      return all;
    }
    int rows = Math.toIntExact(all.shape().get(0));
    int rowBytes = all.data().remaining() / rows;
    Objects.checkFromToIndex(fromRow, toRow, rows);
    List<Long> shape = new ArrayList<>(all.shape());
    shape.set(0, (long) toRow - fromRow);
    ByteBuffer data = all.data().slice(fromRow * rowBytes, (toRow - fromRow) * rowBytes);
    return new StoredTensor(name, all.type(), shape, data.order(ByteOrder.LITTLE_ENDIAN));
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
