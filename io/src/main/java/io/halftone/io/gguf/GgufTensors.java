package io.halftone.io.gguf;

import io.halftone.io.FileBytes;
import io.halftone.io.FileCursor;
import io.halftone.io.MalformedFileException;
import io.halftone.io.TensorEntry;
import io.halftone.io.TensorFile.Location;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads and checks the descriptions of a GGUF file's tensors. */
final class GgufTensors {
  /** Longer names do not fit ggml's field of 64 bytes with its final zero. */
  static final int MAX_NAME = 63;

  static final int MAX_RANK = 4;
  private static final int MIN_DESCRIPTION = 24;

  private final FileCursor cursor;
  private final FileBytes file;

  private GgufTensors(FileCursor cursor, FileBytes file) {
    this.cursor = cursor;
    this.file = file;
  }

  /** The tensors in the order of their descriptions. */
  static List<Location> read(FileCursor cursor, FileBytes file, long count, int alignment)
      throws IOException {
    if (count < 0 || count > cursor.remaining() / MIN_DESCRIPTION) {
      throw file.malformed(
          cursor.position(),
          Long.toUnsignedString(count)
              + " tensors do not fit the remaining "
              + cursor.remaining()
              + " bytes");
    }
    GgufTensors reader = new GgufTensors(cursor, file);
    List<Location> relative = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (long i = 0; i < count; i++) {
      long at = cursor.position();
      Location tensor = reader.tensor(i, alignment);
      if (!names.add(tensor.entry().name())) {
        throw file.malformed(at, "a second tensor is named " + tensor.entry().name());
      }
      relative.add(tensor);
    }
    long start = align(cursor.position(), alignment);
    List<Location> tensors = new ArrayList<>();
    for (Location tensor : relative) {
      tensors.add(new Location(tensor.entry(), file, start + tensor.offset()));
    }
    check(file, start, tensors);
    return tensors;
  }

  static long align(long offset, int alignment) {
    return (offset + alignment - 1) / alignment * alignment;
  }

  /** A tensor with its offset from the start of the data. */
  private Location tensor(long index, int alignment) throws IOException {
    long at = cursor.position();
    String name = GgufMetadata.text(cursor, "the name of tensor " + index);
    int rank = cursor.i32("the rank of " + name);
    if (name.isEmpty() || rank < 0 || rank > MAX_RANK) {
      throw file.malformed(
          at,
          "tensor '" + name + "' has rank " + Integer.toUnsignedString(rank) + ", must be 0 to 4");
    }
    List<Long> shape = new ArrayList<>();
    for (int d = 0; d < rank; d++) {
      shape.add(0, cursor.i64("the shape of " + name));
    }
    int id = cursor.i32("the type of " + name);
    GgmlType type =
        GgmlType.of(id)
            .orElseThrow(
                () ->
                    file.malformed(
                        at,
                        "tensor "
                            + name
                            + " has type "
                            + Integer.toUnsignedString(id)
                            + ", which is unknown"));
    long bytes = bytes(type, shape);
    if (bytes < 0) {
      throw file.malformed(
          at, "tensor " + name + " of type " + type + " cannot have shape " + shape);
    }
    long offset = cursor.i64("the offset of " + name);
    if (offset < 0 || offset % alignment != 0 || offset > file.size()) {
      throw file.malformed(
          at,
          "tensor "
              + name
              + " has offset "
              + Long.toUnsignedString(offset)
              + ", must be a multiple of "
              + alignment
              + " inside the file");
    }
    return new Location(new TensorEntry(name, type.name(), shape, bytes), file, offset);
  }

  /** Bytes of a tensor; -1 if rows are no whole blocks, or there are 2^63 or more. */
  static long bytes(GgmlType type, List<Long> shape) {
    long width = shape.isEmpty() ? 1 : shape.get(shape.size() - 1);
    if (width < 0 || width % type.blockSize() != 0) {
      return -1;
    }
    long bytes = type.blockBytes();
    for (int d = 0; d < shape.size(); d++) {
      long extent = d == shape.size() - 1 ? width / type.blockSize() : shape.get(d);
      if (extent < 0 || (extent > 0 && bytes > Long.MAX_VALUE / extent)) {
        return -1;
      }
      bytes *= extent;
    }
    return bytes;
  }

  private static void check(FileBytes file, long start, List<Location> tensors)
      throws MalformedFileException {
    List<Location> ordered = new ArrayList<>(tensors);
    ordered.sort(Comparator.comparingLong(Location::offset).thenComparing(t -> t.entry().bytes()));
    long end = start;
    for (Location tensor : ordered) {
      String name = tensor.entry().name();
      if (tensor.offset() < end) {
        throw file.malformed(tensor.offset(), "tensor " + name + " overlaps the one before it");
      }
      if (tensor.entry().bytes() > file.size() - tensor.offset()) {
        throw file.malformed(
            tensor.offset(),
            "tensor "
                + name
                + " has "
                + tensor.entry().bytes()
                + " bytes, the file ends after "
                + file.size());
      }
      end = tensor.offset() + tensor.entry().bytes();
    }
  }
}
