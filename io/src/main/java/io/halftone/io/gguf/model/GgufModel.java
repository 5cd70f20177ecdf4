package io.halftone.io.gguf.model;

import io.halftone.core.model.DecoderConfig;
import io.halftone.core.model.StoredTensor;
import io.halftone.core.model.TensorSource;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.gguf.GgmlType;
import io.halftone.io.gguf.GgufFile;
import io.halftone.io.gguf.block.BlockCodec;
import io.halftone.io.gguf.block.BlockType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A model in a GGUF file with every tensor decoded as it is read, exactly as ggml decodes it.
 *
 * <p>Safe for use by several threads until it is closed.
 */
public final class GgufModel implements TensorSource {
  private final GgufFile file;
  private final DecoderConfig config;

  private GgufModel(GgufFile file, DecoderConfig config) {
    this.file = file;
    this.config = config;
  }

  /**
   * Opens a model.
   *
   * @throws IOException if the file is missing or malformed
   * @throws IllegalArgumentException if its metadata is not that of a decoder; names the key
   */
  public static GgufModel open(Path path) throws IOException {
    GgufFile file = GgufFile.open(path);
    try {
      return new GgufModel(file, MetadataReader.config(file));
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** The numbers of the decoder; the model type is the file's architecture. */
  public DecoderConfig config() {
    return config;
  }

  /** The file. */
  public GgufFile file() {
    return file;
  }

  @Override
  public Set<String> names() {
    return file.names();
  }

  @Override
  public List<Long> shape(String name) {
    return file.shape(name);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException also if Halftone cannot decode the tensor's type
   */
  @Override
  public FloatMatrix floats(String name, int fromRow, int toRow) throws IOException {
    String type = file.info(name).type();
    BlockCodec codec = codec(name, type);
    StoredTensor stored = file.read(name, fromRow, toRow);
    byte[] bytes = new byte[stored.data().remaining()];
    stored.data().duplicate().get(bytes);
    int cols = Math.toIntExact(file.info(name).cols());
    FloatMatrix decoded = FloatMatrix.zeros(toRow - fromRow, cols);
    codec.decode(bytes, 0, decoded.data(), 0, decoded.data().length);
    return decoded;
  }

  private static BlockCodec codec(String tensor, String type) {
    try {
      return BlockType.ofId(GgmlType.named(type).orElseThrow().id()).codec();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("tensor " + tensor + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
