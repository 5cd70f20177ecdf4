package io.halftone.io;

import io.halftone.core.model.StoredTensor;
import io.halftone.core.model.TensorSource;
import io.halftone.core.tensor.FloatMatrix;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A file of named tensors, or several files that form one, such as the shards of a model.
 *
 * <p>Its description is read and checked when it is opened; the data of a tensor is read when it is
 * asked for, in slabs of rows if it is large. A tensor of two or more dimensions has {@code
 * shape[0]} rows; a vector or scalar is one row. Safe for use by several threads until it is
 * closed; an interrupt of a reading thread closes it.
 */
public abstract class TensorFile implements TensorSource {
  private static final int PIECE = 1 << 20;

  private final Map<String, Location> tensors = new LinkedHashMap<>();
  private final List<FileBytes> files;

  /**
   * A file whose description was read and checked.
   *
   * @param locations where the tensors lie, in the order in which they are listed
   * @param files closed with this object
   */
  protected TensorFile(List<Location> locations, List<FileBytes> files) {
    locations.forEach(location -> tensors.put(location.entry().name(), location));
    this.files = List.copyOf(files);
  }

  /**
   * Where a tensor lies.
   *
   * @param entry name, type, shape and length
   * @param file that holds the data
   * @param offset of the first byte; the data lies in one piece
   */
  public record Location(TensorEntry entry, FileBytes file, long offset) {}

  /** The format's name, for people. */
  public abstract String format();

  /** Names of all tensors, in the file's order. */
  @Override
  public final Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  /** Whether there is a tensor of this name. */
  public final boolean contains(String name) {
    return tensors.containsKey(name);
  }

  /**
   * Type and shape of a tensor.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public final TensorEntry info(String name) {
    return location(name).entry();
  }

  @Override
  public final List<Long> shape(String name) {
    return info(name).shape();
  }

  /** All tensors, in the file's order. */
  public final List<TensorEntry> entries() {
    List<TensorEntry> entries = new ArrayList<>();
    tensors.values().forEach(location -> entries.add(location.entry()));
    return entries;
  }

  /**
   * Rows [fromRow, toRow) of a tensor as the file holds them; the first extent of the result's
   * shape is {@code toRow - fromRow}, unless the tensor is a vector or scalar.
   *
   * @throws IllegalArgumentException if there is no such tensor, its rows are not whole bytes, or
   *     the slab has 2 GiB or more
   * @throws IOException if the file cannot be read
   */
  public final StoredTensor read(String name, long fromRow, long toRow) throws IOException {
    Location location = location(name);
    TensorEntry entry = location.entry();
    Objects.checkFromToIndex(fromRow, toRow, entry.rows());
    long rowBytes = rowBytes(entry, toRow - fromRow);
    ByteBuffer data =
        location
            .file()
            .read(
                location.offset() + fromRow * rowBytes,
                toRow - fromRow == entry.rows() ? entry.bytes() : (toRow - fromRow) * rowBytes);
    List<Long> shape = new ArrayList<>(entry.shape());
    if (shape.size() > 1) {
      shape.set(0, toRow - fromRow);
    }
    return new StoredTensor(name, entry.type(), shape, data);
  }

  /** The whole tensor as the file holds it, see {@link #read(String, long, long)}. */
  public final StoredTensor read(String name) throws IOException {
    return read(name, 0, info(name).rows());
  }

  /**
   * Writes the bytes of a tensor as the file holds them, in pieces of at most 1 MiB.
   *
   * @throws IllegalArgumentException if there is no such tensor
   * @throws IOException if the file cannot be read or the channel not written
   */
  public final void copyTo(String name, WritableByteChannel out) throws IOException {
    Location location = location(name);
    long length = location.entry().bytes();
    for (long done = 0; done < length; ) {
      long count = Math.min(PIECE, length - done);
      TensorData.writeFully(out, location.file().read(location.offset() + done, count));
      done += count;
    }
  }

  /**
   * Rows [fromRow, toRow) of a tensor of type F32, F16, BF16 or F64 as float32. The values of the
   * narrower types are exact, those of F64 are rounded to nearest.
   *
   * @return [toRow - fromRow, product of the other extents]
   * @throws IllegalArgumentException if there is no such tensor, it is of another type, or the slab
   *     does not fit one matrix
   * @throws IOException if the file cannot be read
   */
  @Override
  public final FloatMatrix floats(String name, int fromRow, int toRow) throws IOException {
    Location location = location(name);
    TensorEntry entry = location.entry();
    FloatType type =
        FloatType.named(entry.type())
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "tensor " + name + " is of type " + entry.type() + ", not a float type"));
    Objects.checkFromToIndex(fromRow, toRow, entry.rows());
    if (entry.cols() * (toRow - fromRow) > FileBytes.MAX_LENGTH) {
      throw new IllegalArgumentException(
          "rows "
              + fromRow
              + " to "
              + toRow
              + " of "
              + name
              + " do not fit one matrix; read fewer");
    }
    return location
        .file()
        .floats(
            type,
            location.offset() + fromRow * entry.cols() * type.bytes(),
            toRow - fromRow,
            (int) entry.cols());
  }

  /** The whole tensor as float32, see {@link #floats(String, int, int)}; a vector is one row. */
  @Override
  public final FloatMatrix floats(String name) throws IOException {
    return floats(name, 0, (int) Math.min(info(name).rows(), Integer.MAX_VALUE));
  }

  private static long rowBytes(TensorEntry entry, long rows) {
    if (rows == entry.rows() || entry.rows() == 0) {
      return 0;
    }
    if (entry.bytes() % entry.rows() != 0) {
      throw new IllegalArgumentException(
          "the rows of tensor " + entry.name() + " are not whole bytes; read all of it");
    }
    return entry.bytes() / entry.rows();
  }

  private Location location(String name) {
    Location location = tensors.get(name);
    if (location == null) {
      throw new IllegalArgumentException(
          "there is no tensor " + name + " in " + files.get(0).source());
    }
    return location;
  }

  @Override
  public final void close() throws IOException {
    closeAll(files);
  }

  /**
   * Closes files, all of them even if one fails.
   *
   * @throws IOException the first failure
   */
  protected static void closeAll(List<FileBytes> files) throws IOException {
    IOException failure = null;
    for (FileBytes file : files) {
      try {
        file.close();
      } catch (IOException e) {
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
