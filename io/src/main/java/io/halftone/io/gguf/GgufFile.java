package io.halftone.io.gguf;

import io.halftone.io.FileBytes;
import io.halftone.io.FileCursor;
import io.halftone.io.MalformedFileException;
import io.halftone.io.TensorEntry;
import io.halftone.io.TensorFile;
import io.halftone.io.Vocabulary;
import io.halftone.io.gguf.GgufValue.Int;
import io.halftone.io.gguf.GgufValue.Real;
import io.halftone.io.gguf.GgufValue.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A GGUF file, versions 2 and 3, little-endian.
 *
 * <p>Shapes have the outermost extent first, [out, in] for a linear layer, the reverse of the
 * file's order. Rows are read as blocks; {@link TensorEntry#type()} is the name of a {@link
 * GgmlType}.
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">ggml, GGUF</a>
 */
public final class GgufFile extends TensorFile {
  static final int MAGIC = 0x46554747;
  static final int VERSION = 3;
  static final int DEFAULT_ALIGNMENT = 32;
  static final String ALIGNMENT_KEY = "general.alignment";

  private final String source;
  private final int version;
  private final int alignment;
  private final Map<String, GgufValue> metadata;

  private GgufFile(
      int version,
      int alignment,
      Map<String, GgufValue> metadata,
      List<Location> tensors,
      FileBytes file) {
    super(tensors, List.of(file));
    this.source = file.source();
    this.version = version;
    this.alignment = alignment;
    this.metadata = Collections.unmodifiableMap(metadata);
  }

  /**
   * Opens a file; reads and checks its metadata and the description of its tensors.
   *
   * @throws IOException if the file is missing or malformed, or a tensor has a type that {@link
   *     GgmlType} does not know; the message names file, offset and reason
   */
  public static GgufFile open(Path file) throws IOException {
    FileBytes bytes = FileBytes.open(file);
    try {
      return read(bytes);
    } catch (IOException | RuntimeException e) {
      bytes.close();
      throw e;
    }
  }

  private static GgufFile read(FileBytes file) throws IOException {
    FileCursor cursor = new FileCursor(file);
    if (file.size() < Integer.BYTES || cursor.i32("the magic") != MAGIC) {
      throw file.malformed(0, "not a GGUF file: it does not begin with GGUF");
    }
    int version = cursor.i32("the version");
    if (version < 2 || version > VERSION) {
      throw file.malformed(
          Integer.BYTES,
          "GGUF version " + Integer.toUnsignedString(version) + ", 2 and 3 are readable");
    }
    long tensors = cursor.i64("the number of tensors");
    long pairs = cursor.i64("the number of metadata pairs");
    Map<String, GgufValue> metadata = GgufMetadata.read(cursor, pairs);
    int alignment = alignment(metadata, file);
    List<Location> locations = GgufTensors.read(cursor, file, tensors, alignment);
    return new GgufFile(version, alignment, metadata, locations, file);
  }

  private static int alignment(Map<String, GgufValue> metadata, FileBytes file) throws IOException {
    GgufValue value = metadata.getOrDefault(ALIGNMENT_KEY, Int.uint32(DEFAULT_ALIGNMENT));
    return alignment(value)
        .orElseThrow(
            () ->
                file.malformed(
                    0,
                    ALIGNMENT_KEY
                        + " is "
                        + value
                        + ", must be a UINT32, a power of two up to 2^30"));
  }

  /** The alignment a value says; empty if it is none. */
  static Optional<Integer> alignment(GgufValue value) {
    boolean valid =
        value.type() == GgufType.UINT32
            && Long.bitCount(((Int) value).value()) == 1
            && ((Int) value).value() <= 1 << 30;
    return valid ? Optional.of((int) ((Int) value).value()) : Optional.empty();
  }

  @Override
  public String format() {
    return "GGUF version " + version;
  }

  /** The file's name, for messages. */
  String source() {
    return source;
  }

  /** Version of the container, 2 or 3. */
  public int version() {
    return version;
  }

  /** Tensors begin at multiples of this many bytes. */
  public int alignment() {
    return alignment;
  }

  /** All metadata in the file's order. */
  public Map<String, GgufValue> metadata() {
    return metadata;
  }

  /** A text of the metadata; empty if the key is not there or its value is no text. */
  public Optional<String> text(String key) {
    return metadata.get(key) instanceof Text text ? Optional.of(text.value()) : Optional.empty();
  }

  /** An integer of the metadata; empty if the key is not there or its value is no integer. */
  public OptionalLong integer(String key) {
    return metadata.get(key) instanceof Int number
        ? OptionalLong.of(number.value())
        : OptionalLong.empty();
  }

  /** A number of the metadata; empty if the key is not there or its value is no number. */
  public OptionalDouble real(String key) {
    if (metadata.get(key) instanceof Int number) {
      return OptionalDouble.of((double) number.value());
    }
    return metadata.get(key) instanceof Real number
        ? OptionalDouble.of(number.value())
        : OptionalDouble.empty();
  }

  /**
   * The tokens.
   *
   * @return empty if the file has none
   * @throws MalformedFileException if scores or kinds do not match the tokens
   */
  public Optional<Vocabulary> vocabulary() throws MalformedFileException {
    return GgufVocabulary.read(this);
  }
}
